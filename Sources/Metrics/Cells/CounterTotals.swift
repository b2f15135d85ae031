// The totals of many counters at once. Going thread by thread through all of them, instead of counter by counter through
// all threads, and through each thread's cells in the order of memory, is what the processor fetches ahead by itself. The
// sums are put into the order of the exposition at the end, once for all threads; they are kept between two scrapes so
// that they are allocated once.
//
// The file is unsafe because cells are reached by address, which the space gives, and sums without a check at each: there
// is one for every offset, and every place is one of theirs.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Sums of counters.
@safe struct CounterTotals {
  /// What whole and what fractional amounts add up to.
  typealias Total = (whole: UInt64, fraction: Double)

  /// In the order of memory.
  private var sums: [Total] = []
  private var totals: [Total] = []

  /// The counter at this place of the order in which the ranges were given.
  @inline(__always) subscript(place: Int) -> Total { totals[place] }

  /// Replaces the sums by those of these counters' cells.
  mutating func read(_ order: CellOrder) {
    Self.clear(&sums, order.offsets.count)
    Self.clear(&totals, order.offsets.count)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe order.offsets.withUnsafeBufferPointer { offsets in
        CellSpace.shared.forEachThread { thread in unsafe Self.add(thread, order.runs, offsets, to: sums) }
      }
      unsafe totals.withUnsafeMutableBufferPointer { totals in
        for (index, place) in order.places.enumerated() { unsafe totals[Int(place)] = sums[index] }
      }
    }
  }

  private static func clear(_ totals: inout [Total], _ count: Int) {
    totals.removeAll(keepingCapacity: true)
    totals.append(contentsOf: repeatElement((whole: 0, fraction: 0), count: count))
  }

  private static func add(
    _ thread: ThreadCells, _ runs: [CellOrder.Run], _ offsets: UnsafeBufferPointer<UInt16>,
    to sums: UnsafeMutableBufferPointer<Total>
  ) {
    var next = 0
    for run in runs {
      if let block = unsafe thread.cells(run.start) {
        for index in next..<run.end {
          let cells = unsafe block + Int(offsets[index])
          unsafe sums[index].whole &+= cells[0].load(ordering: .acquiring)
          unsafe sums[index].fraction += Double(bitPattern: cells[1].load(ordering: .acquiring))
        }
      }
      next = run.end
    }
  }
}
