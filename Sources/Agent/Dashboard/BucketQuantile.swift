// A quantile out of a histogram's buckets, as `histogram_quantile` of Prometheus does it: linear inside the bucket, from
// zero in the first one, and no further than the last finite bound.
// SPDX-License-Identifier: Apache-2.0

/// Cumulative buckets by upper bound.
struct BucketQuantile {
  private var buckets: [(bound: Double, count: Double)] = []

  /// Adds to the count of all observations up to `bound`.
  mutating func add(_ count: Double, upTo bound: Double) {
    if let place = buckets.firstIndex(where: { $0.bound >= bound }) {
      if buckets[place].bound == bound {
        buckets[place].count += count
      } else {
        buckets.insert((bound, count), at: place)
      }
    } else {
      buckets.append((bound, count))
    }
  }

  /// The value below which the share `rank` of the observations lies; nil when there are none.
  func value(_ rank: Double) -> Double? {
    guard let last = buckets.last, last.bound == .infinity, buckets.count > 1, last.count > 0 else { return nil }
    let wanted = rank * last.count
    var (low, below) = (0.0, 0.0)
    for (bound, count) in buckets {
      // Counts that were read at two moments may be out of order; they may not fall.
      let upTo = max(count, below)
      if upTo >= wanted, upTo > below {
        if bound == .infinity { return low }
        if bound <= 0 { return bound }
        return low + (bound - low) * (wanted - below) / (upTo - below)
      }
      if bound.isFinite { low = bound }
      below = upTo
    }
    return low
  }
}
