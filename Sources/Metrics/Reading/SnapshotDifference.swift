// What one series has gained between two readings. Whatever falls that cannot fall has begun anew, and counts from zero.
// SPDX-License-Identifier: Apache-2.0

/// The difference of two readings of one series.
enum SnapshotDifference {
  /// `now` less `before`, by the type of the family.
  static func of(_ now: SeriesSnapshot, since before: SeriesSnapshot, _ type: MetricType) -> SeriesSnapshot {
    // Another beginning is another series, also where the value has caught up.
    if let began = now.created, let earlier = before.created, began != earlier { return now }
    switch (now.value, before.value) {
    case (.number(let new), .number(let old)):
      return SeriesSnapshot(now.labels, .number(number(new, old, type)), now.details)
    case (.histogram(let new), .histogram(let old)):
      return SeriesSnapshot(now.labels, .histogram(histogram(new, old) ?? new), now.details)
    case (.summary(let new), .summary(let old)):
      if new.count < old.count { return now }
      let summary = SummarySnapshot(
        quantiles: new.quantiles, count: new.count - old.count, sum: new.sum - old.sum, created: new.created)
      return SeriesSnapshot(now.labels, .summary(summary), now.details)
    default: return now
    }
  }

  private static func number(_ new: MetricValue, _ old: MetricValue, _ type: MetricType) -> MetricValue {
    switch type {
    case .info, .stateSet, .histogram, .summary: return new
    case .counter: return isBelow(new, old) ? new : difference(new, old)
    case .gauge, .unknown: return difference(new, old)
    }
  }

  private static func isBelow(_ left: MetricValue, _ right: MetricValue) -> Bool {
    if let left = whole(left), let right = whole(right) { return left < right }
    return left.asDouble < right.asDouble
  }

  /// Exact where both are whole.
  private static func difference(_ left: MetricValue, _ right: MetricValue) -> MetricValue {
    if let left = whole(left), let right = whole(right) {
      let difference = left - right
      if let small = Int64(exactly: difference) { return .integer(small) }
      return UInt64(exactly: difference).map(MetricValue.unsigned) ?? .double(Double(difference))
    }
    let (left, right) = (left.asDouble, right.asDouble)
    // Infinity that stayed has not changed.
    return .double(left == right ? 0 : left - right)
  }

  private static func whole(_ value: MetricValue) -> Int128? {
    switch value {
    case .integer(let number): Int128(number)
    case .unsigned(let number): Int128(number)
    case .double: nil
    }
  }

  /// nil when the histogram has begun anew, or has other bounds.
  private static func histogram(_ new: HistogramSnapshot, _ old: HistogramSnapshot) -> HistogramSnapshot? {
    guard new.upperBounds == old.upperBounds, new.counts.count == old.counts.count,
      let counts = counts(new.counts, old.counts)
    else { return nil }
    var native = new.native
    if let newNative = new.native, let oldNative = old.native {
      guard let difference = newNative.subtracting(oldNative) else { return nil }
      native = difference
    }
    return HistogramSnapshot(
      upperBounds: new.upperBounds, counts: counts, sum: new.sum - old.sum, hasNegative: new.hasNegative,
      native: native, exemplars: new.exemplars, created: new.created)
  }

  /// nil when one has fallen.
  static func counts(_ new: [UInt64], _ old: [UInt64]) -> [UInt64]? {
    guard zip(new, old).allSatisfy({ $0 >= $1 }) else { return nil }
    return zip(new, old).map { $0 - $1 }
  }
}
