// The cells of one histogram: a sequence, the sum, the buckets. The owner makes the sequence odd, stores, and makes it
// even again; a reader takes what it read when the sequence was even and the same before and after. On x86-64 and arm64
// that costs the owner no fence. After a bounded number of tries, when the owner was put off in the middle of an
// observation, the reader takes what is there and says so: the buckets are right, the sum may lack that one value.
//
// The file is unsafe because it is handed cells by address; their number is the range's.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One thread's part of a histogram.
@safe struct HistogramCells {
  private static let sequence = 0
  private static let sum = 1
  private static let buckets = 2
  /// Tries at an untorn reading; an observation takes some 3 ns, a try some 20.
  private static let tries = 64

  private let cells: UnsafeMutablePointer<Cell>

  private init(_ cells: UnsafeMutablePointer<Cell>) { unsafe self.cells = cells }

  /// Counts a value in the calling thread's part; false when that would leave no finite sum, or where there is no
  /// memory for it.
  static func observeSlowly(_ value: Double, bucket: Int, in range: CellRange) -> Bool {
    unsafe CellSpace.shared.firstTouch(range) { unsafe HistogramCells($0).observe(value, bucket: bucket) }
  }

  /// Counts a value in the calling thread's part, if it has one and the sum stays finite.
  @inline(__always) static func observe(_ value: Double, bucket: Int, in range: CellRange) -> Bool {
    guard let cells = unsafe ThreadCells.current?.cells(range) else { return false }
    return unsafe HistogramCells(cells).observe(value, bucket: bucket)
  }

  /// Adds all threads' parts to `counts` and `sum`; false when a reading may be torn.
  static func read(_ range: CellRange, into counts: inout [UInt64], _ sum: inout Double) -> Bool {
    var isWhole = true
    unsafe CellSpace.shared.forEach(range) { cells in
      if unsafe !HistogramCells(cells).add(to: &counts, &sum) { isWhole = false }
    }
    sum = min(max(sum, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    return isWhole
  }

  /// Cells that a histogram of so many buckets needs.
  static func count(buckets: Int) -> Int { Self.buckets + buckets }

  /// Only for the owner.
  @inline(__always) private func observe(_ value: Double, bucket: Int) -> Bool {
    let sum = unsafe Double(bitPattern: cells[Self.sum].load(ordering: .relaxed)) + value
    if !sum.isFinite { return false }
    let begin = unsafe cells[Self.sequence].load(ordering: .relaxed)
    unsafe cells[Self.sequence].store(begin &+ 1, ordering: .relaxed)
    let count = unsafe cells[Self.buckets &+ bucket].load(ordering: .relaxed)
    unsafe cells[Self.buckets &+ bucket].store(count &+ 1, ordering: .releasing)
    unsafe cells[Self.sum].store(sum.bitPattern, ordering: .releasing)
    unsafe cells[Self.sequence].store(begin &+ 2, ordering: .releasing)
    return true
  }

  /// Adds this thread's part to `counts` and `total`; false when the reading may be torn.
  private func add(to counts: inout [UInt64], _ total: inout Double) -> Bool {
    var scratch = [UInt64](repeating: 0, count: counts.count)
    var sum: UInt64 = 0
    var isWhole = false
    for _ in 0..<Self.tries {
      let before = unsafe cells[Self.sequence].load(ordering: .acquiring)
      for index in scratch.indices { scratch[index] = unsafe cells[Self.buckets + index].load(ordering: .acquiring) }
      sum = unsafe cells[Self.sum].load(ordering: .acquiring)
      isWhole = unsafe before & 1 == 0 && cells[Self.sequence].load(ordering: .relaxed) == before
      if isWhole { break }
    }
    for index in scratch.indices { counts[index] &+= scratch[index] }
    total += Double(bitPattern: sum)
    return isWhole
  }
}
