// When each slot of examples may next be replaced. A closed gate costs a look at one word that nobody writes meanwhile,
// and of many threads at an open one exactly one gets through: so that examples cost a hot path next to nothing, however
// many threads count in one bucket.
//
// The file is unsafe because it owns memory by address, as an array of atomics does not compile; a place is checked
// against the count.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One gate a slot, all open at first. Thread-safe and lock-free.
@safe final class ExemplarGates: Sendable {
  private let count: Int
  private nonisolated(unsafe) let opens: UnsafeMutablePointer<Cell>

  init(count: Int) {
    self.count = max(1, count)
    unsafe opens = UnsafeMutablePointer<Cell>.allocate(capacity: self.count)
    for place in 0..<self.count { unsafe (opens + place).initialize(to: Cell(0)) }
  }

  deinit {
    unsafe opens.deinitialize(count: count)
    unsafe opens.deallocate()
  }

  /// True when somebody may pass now.
  @inline(__always) func isOpen(_ place: Int, at now: UInt64) -> Bool {
    guard place >= 0, place < count else { return false }
    return unsafe now >= opens[place].load(ordering: .relaxed)
  }

  /// Passes, and closes the gate until `next`; false when another thread was first.
  func pass(_ place: Int, at now: UInt64, next: UInt64) -> Bool {
    guard place >= 0, place < count else { return false }
    let known = unsafe opens[place].load(ordering: .relaxed)
    if now < known { return false }
    return unsafe opens[place].compareExchange(expected: known, desired: next, ordering: .relaxed).exchanged
  }
}
