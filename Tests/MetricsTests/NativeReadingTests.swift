// Native histograms read in process: quantiles, and sums and differences over resolutions and zero buckets.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Native histograms in process")
struct NativeReadingTests {
  private static func native(
    _ schema: Int, _ first: Int = 0, _ counts: [UInt64] = [], negative: NativeHistogramSnapshot.Window = .empty,
    zero: UInt64 = 0, threshold: Double = 0.001
  ) -> HistogramSnapshot {
    let native = NativeHistogramSnapshot(
      schema: schema, zeroThreshold: threshold, zeroCount: zero,
      positive: counts.isEmpty ? .empty : .init(firstIndex: first, counts: counts), negative: negative)
    let total = zero &+ (counts + negative.counts).reduce(0, &+)
    return HistogramSnapshot(upperBounds: [], counts: [total], sum: 0, native: native)
  }

  /// Buckets of schema 0 end at 2^index.
  static let quantiles: [(HistogramSnapshot, Double, Double)] = [
    (native(0), 0.5, .nan),
    (native(0, 1, [4]), 1.5, .infinity),
    (native(0, 1, [4]), 0.5, 1.414_213_562_373_095),
    (native(0, 1, [4]), 1, 2),
    (native(0, 1, [1, 0, 1]), 0.5, 2),
    (native(0, 1, [1, 0, 1]), 0.75, 5.656_854_249_492_381),
    (native(0, negative: .init(firstIndex: 1, counts: [4])), 0.5, -1.414_213_562_373_095),
    (native(0, negative: .init(firstIndex: 1, counts: [4])), 1, -1),
    (native(0, zero: 4), 0.5, 0),
    (native(0, zero: 4), 0.75, 0.000_5),
    (native(0, 1, [4], zero: 4), 0.25, 0.000_5),
    (native(0, 1, [4], negative: .init(firstIndex: 1, counts: [4]), zero: 4), 0.5, 0),
    (native(0, 1_024, [1]), 1, .greatestFiniteMagnitude),
    (native(0, 1_025, [1]), 1, .infinity),
    (native(3, 9, [8]), 0, 2),
  ]

  @Test("Quantiles are interpolated on a logarithmic scale, and linearly around zero", arguments: quantiles)
  func quantile(_ histogram: HistogramSnapshot, _ quantile: Double, _ expected: Double) {
    let value = histogram.quantile(quantile)
    let isNear = (value - expected).magnitude <= 1e-12 * expected.magnitude
    #expect(value == expected || isNear || (value.isNaN && expected.isNaN))
  }

  static let sums: [(HistogramSnapshot, HistogramSnapshot, HistogramSnapshot?)] = [
    (native(9, 1, [1]), native(0, 1, [1]), nil),
    (native(0, 1, [1]), native(0, 1, [1], threshold: .nan), nil),
    (native(0, 1, [1, 2]), native(0, 2, [3, 4]), native(0, 1, [1, 5, 4])),
    (native(1, 1, [1, 2, 3]), native(0, 1, [10]), native(0, 1, [13, 3])),
    (native(2, -3, [1, 1, 1, 1]), native(1, -1, [1, 1]), native(1, -1, [3, 3])),
    // The zero bucket up to 1.5 takes in the bucket from 1 to 2 whole.
    (native(0, 1, [1, 2], zero: 1), native(0, zero: 5, threshold: 1.5), native(0, 2, [2], zero: 7, threshold: 2)),
    (
      native(0, negative: .init(firstIndex: 0, counts: [1])), native(0, 0, [1]),
      native(0, 0, [1], negative: .init(firstIndex: 0, counts: [1]))
    ),
    (native(0, .max - 1, [1, 1, 1]), native(0, 1, [1]), native(0, 1, [1])),
    (native(0, .min, [1]), native(0, 1, [1]), native(0, 1, [1])),
    (native(0, 1, [.max]), native(0, 1, [1]), native(0, 1, [.max])),
  ]

  @Test("Sums come to the coarser form, and nothing that a snapshot may hold stops them", arguments: sums)
  func sum(_ left: HistogramSnapshot, _ right: HistogramSnapshot, _ expected: HistogramSnapshot?) {
    #expect(left.merged(with: right).native == expected?.native)
    #expect(right.merged(with: left).native == expected?.native)
    _ = left.quantile(0.5)
  }

  private struct Fixed: Collector {
    let histogram: HistogramSnapshot
    func collect(into sink: any SampleSink) {
      sink.family(MetricFamily("a", .histogram, help: ""))
      sink.histogram(.empty, histogram)
    }
  }

  private static func snapshot(_ histogram: HistogramSnapshot) -> RegistrySnapshot {
    let registry = Registry()
    registry.register(Fixed(histogram: histogram))
    return registry.snapshot()
  }

  static let differences: [(HistogramSnapshot, HistogramSnapshot, HistogramSnapshot)] = [
    (native(0, 1, [1, 9]), native(0, 1, [2, 2]), native(0, 1, [1, 9])),
    (native(1, 1, [9]), native(0, 1, [2]), native(1, 1, [9])),
    (native(0, 1, [9], threshold: 0.1), native(0, 1, [2], threshold: 0.5), native(0, 1, [9], threshold: 0.1)),
    (native(0, 1, [5, 5], zero: 4), native(0, 1, [5, 1], zero: 3), native(0, 2, [4], zero: 1)),
    (native(0, 1, [7]), native(1, 1, [2, 3]), native(0, 1, [2])),
    (native(0, 2, [7], zero: 5, threshold: 2), native(0, 1, [2, 3]), native(0, 2, [4], zero: 3, threshold: 2)),
  ]

  @Test("Differences follow a loss of resolution, and see a reset", arguments: differences)
  func difference(_ now: HistogramSnapshot, _ before: HistogramSnapshot, _ expected: HistogramSnapshot) {
    let change = Self.snapshot(now) - Self.snapshot(before)
    #expect(change.histogram("a")?.native == expected.native)
  }
}
