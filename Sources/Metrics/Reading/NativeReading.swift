// Quantiles, sums and differences of native histograms.
// SPDX-License-Identifier: Apache-2.0

extension NativeHistogramSnapshot {
  /// All observations in buckets.
  var total: UInt64 {
    (positive.counts + negative.counts).reduce(zeroCount) { $0.addingSaturated($1) }
  }

  /// Both together, at the coarser resolution; nil when one of them is none that Prometheus knows.
  func merged(with other: NativeHistogramSnapshot) -> NativeHistogramSnapshot? {
    guard var sum = NativeCounts(self), var other = NativeCounts(other), NativeCounts.align(&sum, &other) else {
      return nil
    }
    sum.zeroCount = sum.zeroCount.addingSaturated(other.zeroCount)
    sum.positive.merge(other.positive) { $0.addingSaturated($1) }
    sum.negative.merge(other.negative) { $0.addingSaturated($1) }
    return sum.snapshot
  }

  /// What was added since an earlier reading; nil when that has begun anew since.
  func subtracting(_ earlier: NativeHistogramSnapshot) -> NativeHistogramSnapshot? {
    // A finer resolution or a narrower zero bucket than before is a histogram that was reset.
    if schema > earlier.schema || zeroThreshold < earlier.zeroThreshold { return nil }
    guard var now = NativeCounts(self), var before = NativeCounts(earlier), NativeCounts.align(&now, &before),
      now.zeroCount >= before.zeroCount,
      let positive = Self.difference(now.positive, before.positive),
      let negative = Self.difference(now.negative, before.negative)
    else { return nil }
    now.zeroCount -= before.zeroCount
    now.positive = positive
    now.negative = negative
    return now.snapshot
  }

  private static func difference(_ now: [Int: UInt64], _ before: [Int: UInt64]) -> [Int: UInt64]? {
    var difference = now
    for (index, count) in before {
      let value = now[index] ?? 0
      if value < count { return nil }
      difference[index] = value - count
    }
    return difference
  }

  /// A bucket between two bounds; the lower one is the smaller.
  private struct Bucket {
    var lower: Double
    var upper: Double
    let count: Double
  }

  /// From the lowest to the highest, those with counts.
  private var buckets: [Bucket] {
    func bounded(_ window: Window) -> [Bucket] {
      window.counts.enumerated().filter { $0.element > 0 }.map { place, count in
        let index = window.firstIndex &+ place
        return Bucket(
          lower: max(NativeCounts.upperBound(index &- 1, schema), zeroThreshold),
          upper: NativeCounts.upperBound(index, schema), count: Double(count))
      }
    }
    let (above, below) = (bounded(positive), bounded(negative))
    var zero = Bucket(lower: -zeroThreshold, upper: zeroThreshold, count: Double(zeroCount))
    // Zero is the natural end where nothing is on the other side.
    if below.isEmpty && !above.isEmpty { zero.lower = 0 }
    if above.isEmpty && !below.isEmpty { zero.upper = 0 }
    let mirrored = below.reversed().map { Bucket(lower: -$0.upper, upper: -$0.lower, count: $0.count) }
    return mirrored + (zeroCount > 0 ? [zero] : []) + above
  }

  /// The estimated quantile, from 0 to 1; there are observations.
  func quantile(_ quantile: Double) -> Double {
    let buckets = buckets
    let rank = quantile * buckets.reduce(0) { $0 + $1.count }
    var below = 0.0
    for bucket in buckets {
      if below + bucket.count >= rank { return Self.value(at: (rank - below) / bucket.count, in: bucket) }
      below += bucket.count
    }
    return buckets.last?.upper ?? .nan
  }

  private static func value(at part: Double, in bucket: Bucket) -> Double {
    let (lower, upper) = (bucket.lower, bucket.upper)
    if lower <= 0 && upper >= 0 { return lower + (upper - lower) * part }
    let (low, high) = (Exponential.log2(lower.magnitude), Exponential.log2(upper.magnitude))
    let range = [lower.magnitude, upper.magnitude].sorted()
    // A logarithm rounds, and must not carry a value out of its bucket.
    let value = min(max(Exponential.exp2(low + (high - low) * part), range[0]), range[1])
    return lower > 0 ? value : -value
  }
}
