// What was found of processes, kept as long as they rest: one look after the other asks first, and keeps what it had to
// find. What it found of a process that ran meanwhile, or that is not asked for any more, is forgotten, as is now and then
// that of the others, each at a look of its own.
// SPDX-License-Identifier: Apache-2.0

/// Finds of resting processes, with a limit on their size.
struct RestFinds<Find: Sendable>: Sendable {
  private struct Kept: Sendable {
    let mark: RestMark
    let find: Find
    let size: Int
    var round: Int
  }

  private let limit: Int
  private var kept: [Int32: Kept] = [:]
  private var round = 0
  /// The size of all that is kept.
  private(set) var size = 0

  /// Keeps finds of a size of `limit` in all.
  init(limit: Int = Limits.restDescriptors) { self.limit = limit }

  /// Begins a look.
  mutating func begin() { round &+= 1 }

  /// What was found of a process whose mark is still the same.
  mutating func find(_ pid: Int32, _ mark: RestMark?) -> Find? {
    guard let old = kept[pid] else { return nil }
    if let mark, mark == old.mark, (round &+ Int(pid)) % Limits.restLooks != 0 {
      kept[pid]?.round = round
      return old.find
    }
    remove(pid)
    return nil
  }

  /// Keeps what was found of a process after its mark was taken, where it has one.
  mutating func keep(_ find: Find, _ pid: Int32, _ mark: RestMark?, size: Int) {
    remove(pid)
    guard let mark, size <= limit - self.size else { return }
    kept[pid] = Kept(mark: mark, find: find, size: size, round: round)
    self.size += size
  }

  /// Ends a look: forgets those that it did not ask for.
  mutating func end() {
    for (pid, one) in kept where one.round != round { remove(pid) }
  }

  private mutating func remove(_ pid: Int32) {
    if let old = kept.removeValue(forKey: pid) { size -= old.size }
  }
}
