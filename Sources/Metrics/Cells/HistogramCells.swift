// The cells of one histogram in one thread's memory: which of two parts the owner counts in, and the parts, each with its
// buckets and its sum. A reader takes a part as it was after some whole observation, wherever the owner stopped:
//
// - The owner first stores the new sum beside the one that holds, then commits by one store that says how many
//   observations there are (and so which sum holds), which bucket the last one fell in, and whether that bucket's count
//   is then odd; the bucket's count follows. Every store releases.
// - A reader loads the commit, the buckets, the sum, and the commit again. When the commits are the same, nothing but
//   the last bucket's count can be missing, and whether it is shows in its oddness. An owner that was put off in the
//   middle, for however long, keeps nobody waiting.
// - An owner that never rests would change the commit under every reading. Then the reader, under a lock of readers,
//   sends the owner to the other part, and reads this one when the owner has gone there: it may finish one observation
//   here that it had begun.
//
// Loads acquire and stores release, so that a count or sum of a later observation brings the later commit with it; that
// is all that arm64 needs, and on x86-64 it is no instruction more. The trade-off is twice the memory.
//
// The file is unsafe because it is handed cells by address; their number is the range's.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One thread's part of a histogram.
@safe struct HistogramCells {
  /// The offset of the part that the owner counts in: 0 or ``partCells``; only readers store it.
  private static let chosen = 0
  private static let parts = 1
  // In a part:
  private static let commit = 0
  private static let sums = 1
  private static let buckets = 3
  // In a commit, from its lowest bit: oddness, bucket, number of observations.
  private static let bucketBits: UInt64 = 16
  private static let bucketMask: UInt64 = 0xFFFF
  /// Readings of a part that its owner was sent away from; the owner goes within nanoseconds.
  private static let tries = 100_000

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
    var reading = HistogramReading(buckets: counts.count)
    var isWhole = true
    let partCells = count(inPartOf: counts.count)
    unsafe CellSpace.shared.forEach(range) { cells in
      let cells = unsafe HistogramCells(cells)
      if cells.isQuietReading(partCells, &reading) { return reading.add(to: &counts, &sum) }
      CellSpace.shared.readers.withLock { _ in
        if !cells.isReading(partCells, &reading) { isWhole = false }
      }
      reading.add(to: &counts, &sum)
    }
    sum = min(max(sum, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    return isWhole
  }

  /// Cells that a histogram of so many buckets needs.
  static func count(buckets: Int) -> Int { parts + 2 * count(inPartOf: buckets) }

  private static func count(inPartOf buckets: Int) -> Int { Self.buckets + buckets }

  // MARK: The owner

  /// Only for the owner.
  @inline(__always) private func observe(_ value: Double, bucket: Int) -> Bool {
    let part = unsafe cells + (Self.parts &+ Int(truncatingIfNeeded: cells[Self.chosen].load(ordering: .relaxed)))
    let number = unsafe part[Self.commit].load(ordering: .relaxed) &>> (Self.bucketBits &+ 1)
    let sum = unsafe Double(bitPattern: part[Self.sumPlace(number)].load(ordering: .relaxed)) + value
    if !sum.isFinite { return false }
    let count = unsafe part[Self.buckets &+ bucket].load(ordering: .relaxed) &+ 1
    let last = (number &+ 1) &<< Self.bucketBits | UInt64(truncatingIfNeeded: bucket)
    unsafe part[Self.sumPlace(number &+ 1)].store(sum.bitPattern, ordering: .releasing)
    unsafe part[Self.commit].store(last &<< 1 | count & 1, ordering: .releasing)
    unsafe part[Self.buckets &+ bucket].store(count, ordering: .releasing)
    return true
  }

  @inline(__always) private static func sumPlace(_ number: UInt64) -> Int {
    sums &+ Int(truncatingIfNeeded: number & 1)
  }

  // MARK: Readers

  /// Both parts, without disturbing the owner; false when it observed meanwhile.
  private func isQuietReading(_ partCells: Int, _ reading: inout HistogramReading) -> Bool {
    reading.clear()
    return isReading(part: 0, &reading) && isReading(part: partCells, &reading)
  }

  /// Both parts, the owner sent from one to the other between them; false when it does not go. Under the readers' lock.
  private func isReading(_ partCells: Int, _ reading: inout HistogramReading) -> Bool {
    reading.clear()
    let chosen = Int(truncatingIfNeeded: unsafe cells[Self.chosen].load(ordering: .relaxed))
    let other = partCells - chosen
    let isOtherWhole = isReadingUntilWhole(part: other, &reading)
    unsafe cells[Self.chosen].store(UInt64(other), ordering: .sequentiallyConsistent)
    return isReadingUntilWhole(part: chosen, &reading) && isOtherWhole
  }

  private func isReadingUntilWhole(part: Int, _ reading: inout HistogramReading) -> Bool {
    for _ in 0..<Self.tries where isReading(part: part, &reading) { return true }
    return false
  }

  /// Adds a part to the reading; false, and nothing added, when the owner observed meanwhile.
  private func isReading(part offset: Int, _ reading: inout HistogramReading) -> Bool {
    let part = unsafe cells + (Self.parts + offset)
    let before = unsafe part[Self.commit].load(ordering: .acquiring)
    if before == 0 { return true }
    for index in reading.part.indices {
      reading.part[index] = unsafe part[Self.buckets + index].load(ordering: .acquiring)
    }
    let number = before >> (Self.bucketBits + 1)
    let sum = unsafe Double(bitPattern: part[Self.sumPlace(number)].load(ordering: .acquiring))
    if unsafe part[Self.commit].load(ordering: .relaxed) != before { return false }
    reading.take(sum, bucket: Int(before >> 1 & Self.bucketMask), oddness: before & 1)
    return true
  }
}
