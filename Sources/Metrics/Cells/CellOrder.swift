// Where the cells of many instruments lie, in the order of memory: an exposition's order jumps from block to block, and
// going through a thread's cells that way waits for memory at each of them. Worked out when series come or go.
// SPDX-License-Identifier: Apache-2.0

/// Ranges of cells, block by block.
struct CellOrder: Sendable {
  /// Ranges of one block, up to the start of the next run.
  struct Run: Sendable {
    /// The block's first cell.
    let start: CellRange
    /// Where the run ends in ``offsets`` and ``places``.
    let end: Int
  }

  private(set) var runs: [Run] = []
  /// Where each range begins in its block.
  private(set) var offsets: [UInt16] = []
  /// The place that each range had in the order it was given in.
  private(set) var places: [UInt32] = []

  /// Puts ranges in order; those past 2^32 are left out.
  init(_ ranges: [CellRange]) {
    var keys: [UInt64] = []
    keys.reserveCapacity(ranges.count)
    for (place, range) in zip(UInt32.min...UInt32.max, ranges) {
      keys.append(UInt64(range.block) << 32 | UInt64(place))
    }
    keys.sort()
    offsets.reserveCapacity(keys.count)
    places.reserveCapacity(keys.count)
    for key in keys {
      let place = UInt32(truncatingIfNeeded: key)
      append(ranges[Int(place)], place)
    }
  }

  private mutating func append(_ range: CellRange, _ place: UInt32) {
    if runs.last?.start.block == range.block { runs.removeLast() }
    offsets.append(range.offset)
    places.append(place)
    runs.append(Run(start: CellRange(block: range.block, offset: 0, count: 0), end: offsets.count))
  }
}
