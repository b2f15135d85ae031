// A quantile out of a histogram's buckets, linear inside the bucket, from zero in the first one, and no further than the
// last finite bound: as `histogram_quantile` of Prometheus does it, where nothing but the buckets is known. That is off by
// half a bucket where many durations are alike, as those of a service that waits for one thing are. So where the sum of
// the observations is known too, they are taken to lie about as far into their buckets as that sum says, on average.
// SPDX-License-Identifier: Apache-2.0

/// Cumulative buckets by upper bound.
struct BucketQuantile {
  private var buckets: [(bound: Double, count: Double)] = []
  private var sum: Double?

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

  /// Adds to the sum of all observations.
  mutating func add(sum more: Double) { sum = (sum ?? 0) + more }

  /// The value below which the share `rank` of the observations lies; nil when there are none.
  func value(_ rank: Double) -> Double? {
    guard let last = buckets.last, last.bound == .infinity, buckets.count > 1, last.count > 0 else { return nil }
    let wanted = rank * last.count
    let middle = middle
    // As wide as there is room on both sides of the middle.
    let half = min(middle, 1 - middle)
    var (low, below) = (0.0, 0.0)
    for (bound, count) in buckets {
      // Counts that were read at two moments may be out of order; they may not fall.
      let upTo = max(count, below)
      if upTo >= wanted, upTo > below {
        if bound == .infinity { return low }
        if bound <= 0 { return bound }
        let share = (wanted - below) / (upTo - below)
        return low + (bound - low) * (middle + half * (2 * share - 1))
      }
      if bound.isFinite { low = bound }
      below = upTo
    }
    return low
  }

  /// How far into their buckets observations lie on average, as a share of the bucket: a half unless the sum says else.
  private var middle: Double {
    guard let sum, buckets[0].bound > 0 else { return 0.5 }
    var (low, below, least, room) = (0.0, 0.0, 0.0, 0.0)
    for (bound, count) in buckets {
      let here = max(0, count - below)
      // How far above the last bound some are, nobody knows.
      if !bound.isFinite { return here == 0 && room > 0 ? min(1, max(0, (sum - least) / room)) : 0.5 }
      least += here * low
      room += here * (bound - low)
      (low, below) = (bound, max(count, below))
    }
    return 0.5
  }
}
