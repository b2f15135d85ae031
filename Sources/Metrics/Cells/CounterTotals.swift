// The totals of many counters at once. Going thread by thread through all of them, instead of counter by counter through
// all threads, keeps one thread's cells in the cache: with 64 threads that is the difference between 8 and 2 ns a cell.
// The sums are kept between two scrapes so that they are allocated once.
//
// The file is unsafe because cells are reached by address, which the space gives.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Sums of counters, in the order of their ranges.
@safe struct CounterTotals {
  private(set) var wholes: [UInt64] = []
  private(set) var fractions: [Double] = []

  /// Replaces the sums by those of these counters' cells.
  mutating func read(_ ranges: [CellRange]) {
    wholes.removeAll(keepingCapacity: true)
    fractions.removeAll(keepingCapacity: true)
    wholes.append(contentsOf: repeatElement(0, count: ranges.count))
    fractions.append(contentsOf: repeatElement(0, count: ranges.count))
    CellSpace.shared.forEachThread { thread in
      for place in ranges.indices {
        guard let cells = unsafe thread.cells(ranges[place]) else { continue }
        wholes[place] &+= unsafe cells[0].load(ordering: .acquiring)
        fractions[place] += unsafe Double(bitPattern: cells[1].load(ordering: .acquiring))
      }
    }
  }
}
