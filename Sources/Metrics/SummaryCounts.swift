// What a summary has counted since it began, bucket by bucket, and how two such readings make the quantiles of what came
// between them. Only buckets that have counted are kept: ten bytes each.
// SPDX-License-Identifier: Apache-2.0

/// A reading of a summary's buckets.
struct SummaryCounts: Sendable {
  /// Observations below all buckets.
  private(set) var zeros: UInt64 = 0
  /// Ascending.
  private var places: [UInt16] = []
  private var counts: [UInt64] = []

  /// Nothing counted.
  init() {}

  /// What the cells hold now.
  init(zeros: UInt64, _ cells: SummaryCells) {
    self.zeros = zeros
    cells.forEach { place, count in
      places.append(UInt16(truncatingIfNeeded: place))
      counts.append(count)
    }
  }

  /// The same without memory to spare, for keeping.
  var compact: SummaryCounts {
    var counts = self
    counts.places = places.map(\.self)
    counts.counts = self.counts.map(\.self)
    return counts
  }

  /// The values at these ranks of what was counted since `earlier`: of n values in order the one at rank ⌈q·n⌉, and the
  /// first for 0. NaN when there was none. `quantiles` ascend.
  func quantiles(_ quantiles: [Double], since earlier: SummaryCounts) -> [Double] {
    var news: [(value: Double, count: UInt64)] = []
    if zeros > earlier.zeros { news.append((0, zeros &- earlier.zeros)) }
    var other = 0
    for (place, count) in zip(places, counts) {
      while other < earlier.places.count, earlier.places[other] < place { other += 1 }
      let isKnown = other < earlier.places.count && earlier.places[other] == place
      let before = isKnown ? earlier.counts[other] : 0
      if count > before { news.append((SummaryBuckets.value(at: Int(place)), count &- before)) }
    }
    let total = news.reduce(0) { $0 &+ $1.count }
    guard total > 0 else { return quantiles.map { _ in .nan } }
    var place = 0
    var passed = news[0].count
    return quantiles.map { quantile in
      let rank = max(1, (quantile * Double(total)).rounded(.up))
      while Double(passed) < rank, place + 1 < news.count {
        place += 1
        passed &+= news[place].count
      }
      return news[place].value
    }
  }
}
