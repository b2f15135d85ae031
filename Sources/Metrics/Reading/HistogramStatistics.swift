// What a person asks of a histogram: its quantiles and its mean, and the sum of several. Quantiles are estimated as
// PromQL's histogram_quantile does, so that a health check and a dashboard say the same.
// SPDX-License-Identifier: Apache-2.0

extension HistogramSnapshot {
  /// The mean of all observations; NaN when there are none.
  public var mean: Double { count == 0 ? .nan : sum / Double(count) }

  /// The estimated quantile, from 0 to 1, in the unit of the observations. Costs one pass over the buckets.
  ///
  /// From the exponential buckets, when there are any with counts: evenly on a logarithmic scale inside a bucket, and
  /// linearly in the zero bucket. Otherwise linearly inside a classic bucket: the lowest one begins at zero, unless its
  /// bound is not above it, and then the bound is the answer; past all bounds it is the highest of them. NaN without
  /// observations, of NaN, or of a histogram without bounds; below 0 it is -Inf and above 1 +Inf.
  /// Source: Prometheus 3, `histogram_quantile`.
  public func quantile(_ quantile: Double) -> Double {
    if quantile.isNaN { return .nan }
    if quantile < 0 { return -.infinity }
    if quantile > 1 { return .infinity }
    if let native, native.total > 0 { return native.quantile(quantile) }
    return classicQuantile(quantile)
  }

  private func classicQuantile(_ quantile: Double) -> Double {
    let bounds = Buckets.explicit(upperBounds).upperBounds
    let total = Double(count)
    guard total > 0, let highest = bounds.last, counts.count > bounds.count else { return .nan }
    let rank = quantile * total
    var below = 0.0
    for (place, bound) in bounds.enumerated() {
      let inside = Double(counts[place])
      if below + inside >= rank {
        if place == 0 && bound <= 0 { return bound }
        let start = place == 0 ? 0 : bounds[place - 1]
        // Only a rank of zero ends in an empty first bucket; there is no part of nothing.
        return inside == 0 ? .nan : start + (bound - start) * ((rank - below) / inside)
      }
      below += inside
    }
    return highest
  }

  /// Both together. Where bounds differ the common ones stay, and their counts are exact. Of exponential buckets the coarser
  /// resolution stays; they are left out when only one of the two has them. Exemplars are the other's where it has one.
  public func merged(with other: HistogramSnapshot) -> HistogramSnapshot {
    let (left, right) = (reduced(to: other.upperBounds), other.reduced(to: upperBounds))
    let native = native.flatMap { native in other.native.flatMap { native.merged(with: $0) } }
    var exemplars: [Exemplar?] = []
    if upperBounds == other.upperBounds && !(self.exemplars.isEmpty && other.exemplars.isEmpty) {
      exemplars = left.counts.indices.map { place in
        let own = self.exemplars.indices.contains(place) ? self.exemplars[place] : nil
        return (other.exemplars.indices.contains(place) ? other.exemplars[place] : nil) ?? own
      }
    }
    let created = [self.created, other.created].compactMap(\.self).min()
    return HistogramSnapshot(
      upperBounds: left.bounds, counts: zip(left.counts, right.counts).map { $0.addingSaturated($1) },
      sum: sum + other.sum, hasNegative: hasNegative || other.hasNegative, native: native, exemplars: exemplars,
      created: created)
  }

  /// The counts over those bounds that also stand in `others`.
  private func reduced(to others: [Double]) -> (bounds: [Double], counts: [UInt64]) {
    let common = Set(others)
    var bounds: [Double] = []
    var counts: [UInt64] = [0]
    for (place, count) in self.counts.enumerated() {
      counts[counts.count - 1] = counts[counts.count - 1].addingSaturated(count)
      if place < upperBounds.count, common.contains(upperBounds[place]) {
        bounds.append(upperBounds[place])
        counts.append(0)
      }
    }
    return (bounds, counts)
  }
}
