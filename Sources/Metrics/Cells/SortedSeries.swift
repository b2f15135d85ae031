// The series of a family in the order of an exposition, with the bytes that begin each one's line, all behind each other
// in one piece of memory. Made anew when a series has come or gone, and never changed, so that a scrape needs the
// family's lock only to take a reference. Walking it counts no references: at a few nanoseconds a sample, two locked
// instructions each would be half the cost.
//
// The file is unsafe because the walk borrows children without holding each; `series` holds them all.
// SPDX-License-Identifier: Apache-2.0

/// Series in order, and their line heads.
@safe final class SortedSeries<Child: AnyObject & Sendable>: Sendable {
  let series: [Series<Child>]
  /// The heads of all lines.
  let heads: [UInt8]
  private let ends: [Int]
  private let children: [Unmanaged<Child>]

  /// The children's cells, for kinds that are read all at once; else empty.
  let cells: CellOrder

  /// `head` appends what begins the line of a series.
  init(_ series: [Series<Child>], range: (Child) -> CellRange?, head: (LabelSet, inout [UInt8]) -> Void) {
    var heads: [UInt8] = []
    var ends: [Int] = []
    ends.reserveCapacity(series.count)
    for one in series {
      head(one.labels, &heads)
      ends.append(heads.count)
    }
    self.series = series
    cells = CellOrder(series.compactMap { range($0.child) })
    self.heads = heads
    self.ends = ends
    unsafe children = series.map { unsafe Unmanaged.passUnretained($0.child) }
  }

  /// Sorted anew: the known ones stay in order, `added` are put between them.
  static func merge(_ sorted: [Series<Child>], _ added: [Series<Child>]) -> [Series<Child>] {
    let added = added.sorted(by: precedes)
    guard let last = sorted.last, let first = added.first else { return sorted.isEmpty ? added : sorted }
    if precedes(last, first) { return sorted + added }
    var merged: [Series<Child>] = []
    merged.reserveCapacity(sorted.count + added.count)
    var place = 0
    for one in added {
      while place < sorted.count, precedes(sorted[place], one) {
        merged.append(sorted[place])
        place += 1
      }
      merged.append(one)
    }
    return merged + sorted[place...]
  }

  private static func precedes(_ left: Series<Child>, _ right: Series<Child>) -> Bool {
    left.labels.text.lexicographicallyPrecedes(right.labels.text)
  }

  /// Visits the places of all heads in ``heads``.
  @inline(__always) func forEachHead(_ body: (_ place: Int, _ start: Int, _ end: Int) -> Void) {
    var start = 0
    for place in ends.indices {
      body(place, start, ends[place])
      start = ends[place]
    }
  }

  /// Visits each child with the place of its head in ``heads``.
  @inline(__always) func forEach(_ body: (_ child: Child, _ start: Int, _ end: Int) -> Void) {
    var start = 0
    for place in ends.indices {
      let end = ends[place]
      unsafe children[place]._withUnsafeGuaranteedRef { body($0, start, end) }
      start = end
    }
  }
}
