// What a native histogram's threads counted, added up for one reading. The plan knows every populated bucket, so that the
// room is made once.
// SPDX-License-Identifier: Apache-2.0

/// The totals of a reading in the making.
struct NativeTally: Sendable {
  /// Neighbouring buckets of one sign.
  struct Window: Sendable {
    private(set) var first: Int
    private(set) var counts: [UInt64]

    /// Room for all of these, which are ascending.
    init(_ buckets: [Int]) {
      first = buckets.first ?? 0
      counts = Array(repeating: 0, count: buckets.isEmpty ? 0 : (buckets.last ?? 0) - first + 1)
    }

    mutating func add(_ count: UInt64, to index: Int) {
      if counts.indices.contains(index - first) { counts[index - first] &+= count }
    }

    /// Without the empty ends.
    var snapshot: NativeHistogramSnapshot.Window {
      guard let start = counts.firstIndex(where: { $0 != 0 }), let end = counts.lastIndex(where: { $0 != 0 }) else {
        return .empty
      }
      return NativeHistogramSnapshot.Window(firstIndex: first + start, counts: Array(counts[start...end]))
    }
  }

  let layout: NativeLayout
  let created: Double
  /// Observations up to each finite bound of the classic buckets.
  var classic: [UInt64]
  var sum = 0.0
  var zeroCount: UInt64 = 0
  var positive: Window
  var negative: Window

  init(_ plan: NativePlan, bounds: Int) {
    layout = plan.layout
    created = plan.created
    classic = Array(repeating: 0, count: bounds)
    positive = Window(plan.positive)
    negative = Window(plan.negative)
  }

  /// Adds what an earlier layout counted.
  mutating func add(_ count: UInt64, to index: Int, schema: Int, isNegative: Bool) {
    guard let index = layout.bucket(of: index, schema: schema) else { return zeroCount &+= count }
    if isNegative { negative.add(count, to: index) } else { positive.add(count, to: index) }
  }

  /// All observations.
  var count: UInt64 {
    zeroCount &+ positive.counts.reduce(0, &+) &+ negative.counts.reduce(0, &+)
  }

  /// The classic counts with those above every bound, which make up the total.
  var classicCounts: [UInt64] { classic + [count &- classic.reduce(0, &+)] }

  /// As a sink gets it.
  var snapshot: NativeHistogramSnapshot {
    NativeHistogramSnapshot(
      schema: layout.schema, zeroThreshold: layout.zeroThreshold, zeroCount: zeroCount, positive: positive.snapshot,
      negative: negative.snapshot)
  }
}
