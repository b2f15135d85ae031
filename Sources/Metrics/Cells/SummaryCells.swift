// The buckets of one summary, in ranges of four doublings each: a thread has memory only for those ranges that it
// observed in, and most summaries see few. Counts only grow; what a window holds is the difference of two readings, so
// that an observation is an addition to a cell of the thread's own, and nobody ever has to reset one.
//
// The file is unsafe because it is handed cells by address; a place is checked against the range's count.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The cells of a summary's buckets. Thread-safe.
@safe struct SummaryCells: Sendable {
  private static let groupBits = 8
  private static let group = 1 << groupBits

  private let ranges: [CellRange]

  /// Zeroed cells for so many buckets.
  init(count: Int) {
    ranges = (0..<(count + Self.group - 1) / Self.group).map { _ in CellSpace.shared.allocate(Self.group) }
  }

  /// Gives the cells back.
  func free() { for range in ranges { CellSpace.shared.free(range) } }

  /// Counts one in the calling thread's part; false where there is no memory for it.
  @inline(__always) func count(at place: Int) -> Bool {
    let number = place &>> Self.groupBits
    guard number >= 0, number < ranges.count else { return false }
    if let cells = unsafe ThreadCells.current?.cells(ranges[number]) {
      let cell = unsafe cells + (place & (Self.group &- 1))
      unsafe cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ 1, ordering: .releasing)
      return true
    }
    return countAtFirst(ranges[number], place & (Self.group &- 1))
  }

  @inline(never) private func countAtFirst(_ range: CellRange, _ offset: Int) -> Bool {
    unsafe CellSpace.shared.firstTouch(range) { cells in
      unsafe cells[offset].store(cells[offset].load(ordering: .relaxed) &+ 1, ordering: .releasing)
      return true
    }
  }

  /// Visits the buckets that have counted, ascending, with their sum over all threads.
  func forEach(_ body: (_ place: Int, _ count: UInt64) -> Void) {
    var sums = [UInt64](repeating: 0, count: Self.group)
    for (number, range) in ranges.enumerated() {
      var isTouched = false
      unsafe CellSpace.shared.forEach(range) { cells in
        isTouched = true
        for offset in sums.indices { sums[offset] &+= unsafe cells[offset].load(ordering: .acquiring) }
      }
      if !isTouched { continue }
      for offset in sums.indices {
        if sums[offset] > 0 { body(number << Self.groupBits + offset, sums[offset]) }
        sums[offset] = 0
      }
    }
  }
}
