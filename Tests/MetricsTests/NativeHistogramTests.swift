// Native histograms: what is refused, what is counted where, and how the limit of buckets is kept.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Native histograms")
struct NativeHistogramTests {
  @Test(
    "Layouts that no scraper knows are refused",
    arguments: [
      NativeBuckets.schema(9), .schema(-5), .schema(3, zeroThreshold: -1), .schema(3, zeroThreshold: .nan),
      .schema(3, zeroThreshold: .infinity), .schema(3, maxBuckets: 0), .schema(3, maxBuckets: 4_097),
      .schema(3, minResetDuration: .seconds(-1)), .schema(3, maxZeroThreshold: -1),
      .schema(3, maxZeroThreshold: .infinity), .growth(1), .growth(0), .growth(-2), .growth(.nan),
    ])
  func refused(_ native: NativeBuckets) {
    let error = MetricsError.invalidNativeBuckets(metric: "m")
    #expect(throws: error) { try Registry().histogram("m", help: "", native: native) }
    #expect(error.description.contains("'m'"))
  }

  @Test("No buckets at all, or others than before, are refused")
  func conflicts() throws {
    let registry = Registry()
    #expect(throws: MetricsError.invalidBuckets(metric: "m")) {
      try registry.histogram("m", help: "", buckets: .none)
    }
    let histogram = try registry.histogram("m", help: "", buckets: .none, native: .default)
    #expect(try registry.histogram("m", help: "", buckets: .explicit([]), native: .schema(3)) === histogram)
    #expect(throws: MetricsError.conflict(metric: "m", differsIn: "set of native buckets")) {
      try registry.histogram("m", help: "", buckets: .none, native: .schema(4))
    }
    #expect(throws: MetricsError.conflict(metric: "m", differsIn: "set of buckets")) {
      try registry.histogram("m", help: "", native: .default)
    }
  }

  private static func histogram(
    _ native: NativeBuckets, bounds: [Double] = [], ignored: AtomicCount = AtomicCount(),
    clock: ManualClock = ManualClock()
  ) -> Histogram {
    Histogram(bounds: BucketBounds(upperBounds: bounds), native: native, ignored: ignored, clock: clock.clock)
  }

  @Test("What is not finite, or takes the sum there, is ignored and counted, and leaves no bucket behind")
  func ignored() throws {
    let ignored = AtomicCount()
    let histogram = Self.histogram(.schema(3, maxBuckets: 1), ignored: ignored)
    histogram.observe(1e308)
    for value in [.nan, .infinity, -.infinity, 1.7e308] as [Double] { histogram.observe(value) }
    #expect(ignored.value == 4)
    #expect(histogram.snapshot.sum == 1e308)
    #expect(histogram.snapshot.native?.schema == 3)
    #expect(histogram.snapshot.native?.positive.counts == [1])
  }

  @Test("Values of both signs, zeros, subnormal and greatest ones")
  func placement() throws {
    let histogram = Self.histogram(.schema(0, zeroThreshold: 0), bounds: [-1, 1, 2])
    let values = [0, -0.0, 1, 1.5, 2, 2.5, -1, -3, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Double]
    for _ in 0..<2 { for value in values { histogram.observe(value / 2) } }
    let native = try #require(histogram.snapshot.native)
    #expect(native.zeroCount == 6)
    let buckets = Dictionary(
      uniqueKeysWithValues: native.positive.counts.enumerated().map { (native.positive.firstIndex + $0, $1) })
    #expect(buckets.filter { $0.value > 0 } == [-1: 2, 0: 4, 1: 2, 1_023: 2])
    #expect(native.negative == .init(firstIndex: -1, counts: [2, 0, 2]))
    #expect(histogram.snapshot.count == 20)
    #expect(histogram.snapshot.counts == [2, 14, 2, 2])
  }

  @Test("Classic and native buckets have one sum, one count and one beginning")
  func both() throws {
    let clock = ManualClock()
    let histogram = Self.histogram(
      .schema(0, maxBuckets: 2, minResetDuration: .seconds(60)), bounds: [1, 4], clock: clock)
    for value in [0.5, 3, 3] { histogram.observe(value) }
    #expect(histogram.snapshot.counts == [1, 2, 0])
    #expect(histogram.snapshot.sum == 6.5)
    #expect(histogram.snapshot.created == 1.7e9)
    clock.advance(60)
    histogram.observe(100)
    #expect(histogram.snapshot.counts == [0, 0, 1])
    #expect(histogram.snapshot.sum == 100)
    #expect(histogram.snapshot.count == 1)
    #expect(histogram.snapshot.created == 1.7e9 + 60)
    #expect(
      histogram.snapshot.native
        == NativeHistogramSnapshot(
          schema: 0, zeroThreshold: 0x1p-128, zeroCount: 0, positive: .init(firstIndex: 7, counts: [1]),
          negative: .empty))
  }

  struct Limit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let options: NativeBuckets
    /// Values, a second apart.
    let values: [Double]
    let schema: Int
    let zeroThreshold: Double
    let zeroCount: UInt64
    let positive: [Int: UInt64]
    var negative: [Int: UInt64] = [:]
    var created = 0.0
  }

  static let limits: [Limit] = [
    Limit(
      testDescription: "all strategies fail at the coarsest schema: the limit gives way",
      options: .schema(-4, maxBuckets: 1, minResetDuration: .zero), values: [1, 1e10, 1e20, 1e10], schema: -4,
      zeroThreshold: 0x1p-128, zeroCount: 0, positive: [0: 1, 3: 2, 5: 1]),
    Limit(
      testDescription: "too early to start anew: half the resolution",
      options: .schema(1, maxBuckets: 2, minResetDuration: .seconds(10)), values: [1, 1.2, 2], schema: 0,
      zeroThreshold: 0x1p-128, zeroCount: 0, positive: [0: 1, 1: 2]),
    Limit(
      testDescription: "half the resolution again and again, both signs",
      options: .schema(8, maxBuckets: 2, minResetDuration: .zero), values: [1.1, 1.9, -1.1, 1.2, -1.9, 0], schema: 0,
      zeroThreshold: 0x1p-128, zeroCount: 1, positive: [1: 3], negative: [1: 2]),
    Limit(
      testDescription: "a wider zero bucket before half the resolution",
      options: .schema(0, maxBuckets: 3, minResetDuration: .zero, maxZeroThreshold: 4),
      values: [1, 2, -4, 100, 3, -3.5, 1_000], schema: 0, zeroThreshold: 4, zeroCount: 5, positive: [7: 1, 10: 1]),
    Limit(
      testDescription: "the zero bucket may take in the new value",
      options: .schema(0, maxBuckets: 2, minResetDuration: .zero, maxZeroThreshold: 4), values: [8, 16, 1, 1],
      schema: 0,
      zeroThreshold: 1, zeroCount: 2, positive: [3: 1, 4: 1]),
    Limit(
      testDescription: "a zero bucket that may not grow so far",
      options: .schema(0, maxBuckets: 2, minResetDuration: .zero, maxZeroThreshold: 3.9), values: [4, 16, 64],
      schema: -2, zeroThreshold: 0x1p-128, zeroCount: 0, positive: [1: 2, 2: 1]),
    Limit(
      testDescription: "a start at zero before all else",
      options: .schema(0, maxBuckets: 2, minResetDuration: .seconds(2), maxZeroThreshold: 4), values: [1, 2, 4, 8],
      schema: 0, zeroThreshold: 0x1p-128, zeroCount: 0, positive: [2: 1, 3: 1], created: 2),
    Limit(
      testDescription: "a start at zero gives back what was given up",
      options: .schema(2, maxBuckets: 2, minResetDuration: .seconds(4), maxZeroThreshold: 1),
      values: [1, 4, 16, 64, 256, 1_024], schema: 2, zeroThreshold: 0x1p-128, zeroCount: 0, positive: [40: 1],
      created: 5),
    Limit(
      testDescription: "a window too wide: half the resolution",
      options: .schema(8, zeroThreshold: 0, minResetDuration: .zero), values: [1e-100, 1e100], schema: 5,
      zeroThreshold: 0, zeroCount: 0, positive: [-10_630: 1, 10_631: 1]),
  ]

  @Test("The limit of buckets is kept, one strategy after another", arguments: limits)
  func limit(_ limit: Limit) throws {
    let clock = ManualClock()
    let histogram = Self.histogram(limit.options, clock: clock)
    for value in limit.values {
      histogram.observe(value)
      clock.advance(1)
    }
    let native = try #require(histogram.snapshot.native)
    #expect(native.schema == limit.schema)
    #expect(native.zeroThreshold == limit.zeroThreshold)
    #expect(native.zeroCount == limit.zeroCount)
    #expect(Self.buckets(native.positive) == limit.positive)
    #expect(Self.buckets(native.negative) == limit.negative)
    #expect(histogram.snapshot.created == 1.7e9 + limit.created)
  }

  private static func buckets(_ window: NativeHistogramSnapshot.Window) -> [Int: UInt64] {
    var buckets: [Int: UInt64] = [:]
    for (place, count) in window.counts.enumerated() where count > 0 { buckets[window.firstIndex + place] = count }
    return buckets
  }

  @Test("A collection gives back the resolution once it may start at zero; a snapshot does not")
  func restored() throws {
    let clock = ManualClock()
    let registry = Registry(clock: clock.clock)
    let histogram = try registry.histogram(
      "a", help: "", buckets: .none, native: .schema(2, maxBuckets: 2, minResetDuration: .seconds(60)))
    for value in [1.1, 1.3, 1.5] { histogram.observe(value) }
    #expect(histogram.snapshot.native?.schema == 1)
    _ = registry.exposition()
    #expect(histogram.snapshot.native?.schema == 1)
    clock.advance(60)
    #expect(histogram.snapshot.count == 3)
    #expect(String(decoding: registry.exposition(), as: UTF8.self).contains("a_count 3\n"))
    #expect(histogram.snapshot.native?.schema == 2)
    #expect(histogram.snapshot.count == 0)
    #expect(histogram.snapshot.created == 1.7e9 + 60)
    histogram.observe(1)
    #expect(histogram.snapshot.sum == 1)
  }

  @Test("Text has the classic buckets, or +Inf alone")
  func text() throws {
    let registry = Registry()
    for (name, buckets) in [("a", Buckets.explicit([1])), ("b", .none)] {
      let histogram = try registry.histogram(name, help: "", buckets: buckets, native: .default)
      for value in [0.5, 2] { histogram.observe(value) }
    }
    #expect(
      String(decoding: registry.exposition(), as: UTF8.self) == """
        # TYPE a histogram
        a_bucket{le="1.0"} 1
        a_bucket{le="+Inf"} 2
        a_sum 2.5
        a_count 2
        # TYPE b histogram
        b_bucket{le="+Inf"} 2
        b_sum 2.5
        b_count 2

        """)
  }

  @Test("Native buckets alone keep an example, which protobuf shows with its moment")
  func exemplar() throws {
    let clock = ManualClock()
    let registry = Registry(clock: clock.clock)
    let histogram = try registry.histogram("a", help: "", buckets: .none, native: .default, exemplars: true)
    for _ in 0..<2 { histogram.observe(3, exemplar: .trace(id: "t")) }
    #expect(histogram.snapshot.native?.positive.counts == [2])
    let body = try ProtobufReader.messages(registry.exposition(.protobuf))
    let exemplar = try #require(try body.first?.message(4)?.message(7)?.message(16))
    #expect(exemplar.double(2) == 3)
    #expect(try exemplar.message(3)?.number(1) == 1_700_000_000)
    #expect(try exemplar.labels() == ["trace_id": "t"])
  }

  @Test("A collection that is no scrape does not start the histogram at zero")
  func otherCollections() throws {
    final class Ears: SampleSink {
      func family(_ family: MetricFamily) {}
      func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {}
      func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {}
      func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {}
    }
    let clock = ManualClock()
    let registry = Registry(clock: clock.clock)
    let histogram = try registry.histogram(
      "a", help: "", buckets: .none, native: .schema(2, maxBuckets: 1, minResetDuration: .seconds(60)))
    for value in [1.1, 1.9] { histogram.observe(value) }
    clock.advance(60)
    registry.collect(into: Ears())
    #expect(histogram.snapshot.count == 2)
    _ = registry.exposition(.protobuf)
    #expect(histogram.snapshot.count == 0)
  }
}
