// A native histogram taken apart for arithmetic: counts by index, so that two of different resolution and zero bucket can
// be brought to the same form. Whoever made the snapshot may have put any numbers in it; indexes that no double can
// have are left out, which bounds the memory.
// SPDX-License-Identifier: Apache-2.0

/// The buckets of a native histogram by index.
struct NativeCounts {
  private static let schemas = -4...8
  /// Past the index of the largest double at the finest resolution, 2^18, and the one above it.
  private static let indexes = -(1 << 19)...(1 << 19)

  private(set) var schema: Int
  private(set) var zeroThreshold: Double
  var zeroCount: UInt64
  var positive: [Int: UInt64] = [:]
  var negative: [Int: UInt64] = [:]

  /// nil for a resolution or a zero bucket that there is not.
  init?(_ snapshot: NativeHistogramSnapshot) {
    guard Self.schemas.contains(snapshot.schema), snapshot.zeroThreshold >= 0 else { return nil }
    schema = snapshot.schema
    zeroThreshold = snapshot.zeroThreshold
    zeroCount = snapshot.zeroCount
    positive = Self.counts(snapshot.positive)
    negative = Self.counts(snapshot.negative)
  }

  private static func counts(_ window: NativeHistogramSnapshot.Window) -> [Int: UInt64] {
    var counts: [Int: UInt64] = [:]
    for (place, count) in window.counts.enumerated() where count > 0 {
      let (index, overflow) = window.firstIndex.addingReportingOverflow(place)
      if !overflow && indexes.contains(index) { counts[index] = count }
    }
    return counts
  }

  /// The upper bound of a bucket, 2^(index × 2^-schema).
  static func upperBound(_ index: Int, _ schema: Int) -> Double {
    let bound = Exponential.exp2(Double(index) * Exponential.exp2(-Double(schema)))
    // The bucket of the largest double ends there; the next one holds infinity.
    return bound.isInfinite && lowerPower(index, schema) < 1_024 ? .greatestFiniteMagnitude : bound
  }

  private static func lowerPower(_ index: Int, _ schema: Int) -> Double {
    Double(index &- 1) * Exponential.exp2(-Double(schema))
  }

  /// Brings it to a coarser resolution.
  mutating func reduce(to coarser: Int) {
    let steps = schema - coarser
    if steps <= 0 { return }
    func reduced(_ counts: [Int: UInt64]) -> [Int: UInt64] {
      // The index of the coarser bucket is rounded up.
      Dictionary(
        counts.map { (($0.key + (1 << steps) - 1) >> steps, $0.value) }, uniquingKeysWith: { $0.addingSaturated($1) })
    }
    positive = reduced(positive)
    negative = reduced(negative)
    schema = coarser
  }

  /// Widens the zero bucket, to the end of the last bucket with counts that it touches.
  mutating func widen(to threshold: Double) {
    if threshold <= zeroThreshold { return }
    zeroThreshold = threshold
    let touched = Set(positive.keys).union(negative.keys).filter { Self.upperBound($0 - 1, schema) < threshold }
    for index in touched {
      zeroCount = zeroCount.addingSaturated(positive.removeValue(forKey: index) ?? 0)
      zeroCount = zeroCount.addingSaturated(negative.removeValue(forKey: index) ?? 0)
      zeroThreshold = max(zeroThreshold, Self.upperBound(index, schema))
    }
  }

  /// Brings two to the same form; the zero buckets push each other a few times at most.
  static func align(_ left: inout NativeCounts, _ right: inout NativeCounts) -> Bool {
    let schema = min(left.schema, right.schema)
    left.reduce(to: schema)
    right.reduce(to: schema)
    for _ in 0..<64 where left.zeroThreshold != right.zeroThreshold {
      left.widen(to: right.zeroThreshold)
      right.widen(to: left.zeroThreshold)
    }
    return left.zeroThreshold == right.zeroThreshold
  }

  /// As a snapshot.
  var snapshot: NativeHistogramSnapshot {
    NativeHistogramSnapshot(
      schema: schema, zeroThreshold: zeroThreshold, zeroCount: zeroCount, positive: Self.window(positive),
      negative: Self.window(negative))
  }

  private static func window(_ counts: [Int: UInt64]) -> NativeHistogramSnapshot.Window {
    let filled = counts.filter { $0.value > 0 }.keys
    guard let first = filled.min(), let last = filled.max() else { return .empty }
    return NativeHistogramSnapshot.Window(firstIndex: first, counts: (first...last).map { counts[$0] ?? 0 })
  }
}
