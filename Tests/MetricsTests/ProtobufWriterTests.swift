// The bytes of the protobuf exposition, read back field by field: what is dropped first, then one row for each kind of
// metric and each trap of the format.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Protobuf writer")
struct ProtobufWriterTests {
  private static func families(_ write: (any SampleSink) -> Void) throws -> [ProtobufReader] {
    let writer = ProtobufWriter()
    write(writer)
    return try ProtobufReader.messages(writer.finish())
  }

  @Test("What the text formats drop is dropped and counted alike", arguments: ExpositionRuleTests.rules)
  func drops(_ rule: ExpositionRuleTests.Rule) throws {
    let (protobuf, text) = (ProtobufWriter(), TextWriter(format: .text))
    rule.write(protobuf)
    rule.write(text)
    let families = try ProtobufReader.messages(protobuf.finish())
    #expect(protobuf.dropped == text.dropped)
    let names = String(decoding: text.finish(), as: UTF8.self).split(separator: "\n").compactMap {
      $0.hasPrefix("# TYPE ") ? String($0.split(separator: " ")[2]) : nil
    }
    #expect(try families.map { try $0.string(1) } == names)
  }

  static let brokenOnes: [NativeHistogramSnapshot] = [
    .init(schema: 9, zeroThreshold: 0, zeroCount: 0, positive: .empty, negative: .empty),
    .init(schema: -5, zeroThreshold: 0, zeroCount: 0, positive: .empty, negative: .empty),
    .init(schema: 0, zeroThreshold: -1, zeroCount: 0, positive: .empty, negative: .empty),
    .init(schema: 0, zeroThreshold: .nan, zeroCount: 0, positive: .empty, negative: .empty),
    .init(schema: 0, zeroThreshold: 0, zeroCount: 1, positive: .empty, negative: .empty),
    .init(schema: 0, zeroThreshold: 0, zeroCount: .max, positive: .init(firstIndex: 0, counts: [1]), negative: .empty),
    .init(schema: 0, zeroThreshold: 0, zeroCount: 0, positive: .init(firstIndex: .max, counts: []), negative: .empty),
    .init(schema: 0, zeroThreshold: 0, zeroCount: 0, positive: .empty, negative: .init(firstIndex: .min, counts: [])),
  ]

  @Test("Native buckets that no histogram can have are dropped", arguments: brokenOnes)
  func broken(_ native: NativeHistogramSnapshot) throws {
    for writer in [ProtobufWriter(), TextWriter(format: .text)] as [any ExpositionWriter] {
      writer.family(MetricFamily("a", .histogram, help: ""))
      writer.histogram(.empty, HistogramSnapshot(upperBounds: [], counts: [0], sum: 0, native: native))
      writer.end()
      #expect(writer.bytes == [])
      #expect(writer.dropped.invalid == 1)
    }
  }

  @Test("A gauge, byte by byte")
  func bytes() throws {
    let writer = ProtobufWriter()
    writer.family(MetricFamily("a", .gauge, help: "h"))
    writer.sample(LabelSet([("x", "ü")]), .integer(1))
    #expect(
      writer.finish() == [30, 0x0A, 1, 97, 0x12, 1, 104, 0x18, 1, 0x22, 20]
        + [0x0A, 7, 0x0A, 1, 120, 0x12, 2, 0xC3, 0xBC] + [0x12, 9, 9, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }

  @Test(
    "Types and the field that holds the value",
    arguments: [
      (.counter, 0, 3), (.gauge, 1, 2), (.info, 1, 2), (.stateSet, 1, 2), (.unknown, 3, 5),
    ] as [(MetricType, UInt64, UInt64)])
  func scalar(_ type: MetricType, _ number: UInt64, _ field: UInt64) throws {
    let families = try Self.families {
      $0.family(MetricFamily("a_total", type, help: "h"))
      $0.sample(
        .empty, .double(-2.5),
        SampleDetails(
          created: 1_700_000_000.25, exemplar: Exemplar(labels: LabelSet([("t", "1")]), value: 3, timestamp: -0.5)))
    }
    let family = try #require(families.first)
    #expect(try family.string(2) == "h")
    #expect(family.number(3) == number)
    let metric = try #require(try family.message(4))
    #expect(metric.fields.map(\.number) == [field])
    let value = try #require(try metric.message(field))
    #expect(value.double(1) == -2.5)
    if type != .counter { return #expect(value.fields.count == 1) }
    #expect(try value.message(3)?.number(1) == 1_700_000_000)
    #expect(try value.message(3)?.number(2) == 250_000_000)
    let exemplar = try #require(try value.message(2))
    #expect(try exemplar.labels() == ["t": "1"])
    #expect(exemplar.double(2) == 3)
    #expect(try exemplar.message(3)?.number(1) == UInt64(bitPattern: -1))
    #expect(try exemplar.message(3)?.number(2) == 500_000_000)
  }

  @Test("Moments that are none are left out", arguments: [.nan, .infinity, -.infinity, 1e300] as [Double])
  func moments(_ created: Double) throws {
    let families = try Self.families {
      $0.family(MetricFamily("a_total", .counter, help: ""))
      $0.sample(.empty, .integer(1), SampleDetails(created: created))
    }
    let counter = try #require(try families.first?.message(4)?.message(3))
    #expect(counter.fields.map(\.number) == [1])
  }

  @Test(
    "A unit only where a scraper takes it",
    arguments: [
      ("a_seconds", .gauge, "seconds"), ("a_seconds_total", .counter, "seconds"), ("a_seconds_info", .info, nil),
      ("a_bytes", .gauge, nil), ("a_seconds_total", .gauge, nil),
    ] as [(String, MetricType, String?)])
  func unit(_ name: String, _ type: MetricType, _ unit: String?) throws {
    let families = try Self.families {
      $0.family(MetricFamily(name, type, help: "", unit: "seconds"))
      $0.sample(.empty, 1)
    }
    #expect(try families.first?.string(5) == unit)
  }

  @Test("A summary")
  func summary() throws {
    let families = try Self.families {
      $0.family(MetricFamily("a", .summary, help: ""))
      $0.summary(.empty, SummarySnapshot(quantiles: [.init(0.5, 3), .init(1, .nan)], count: 300, sum: 7, created: 2))
    }
    let summary = try #require(try families.first?.message(4)?.message(4))
    #expect(families.first?.number(3) == 2)
    #expect(summary.number(1) == 300)
    #expect(summary.double(2) == 7)
    #expect(try summary.messages(3).map { $0.double(1) } == [0.5, 1])
    #expect(try summary.messages(3).first?.double(2) == 3)
    #expect(try summary.message(4)?.number(1) == 2)
  }

  private static func histogram(_ snapshot: HistogramSnapshot) throws -> ProtobufReader {
    let families = try families {
      $0.family(MetricFamily("a", .histogram, help: ""))
      $0.histogram(.empty, snapshot)
    }
    #expect(families.first?.number(3) == 4)
    return try #require(try families.first?.message(4)?.message(7))
  }

  @Test("Classic buckets are cumulative, with +Inf and exemplars")
  func classic() throws {
    let exemplar = Exemplar(labels: LabelSet([("t", "1")]), value: 1.5)
    let histogram = try Self.histogram(
      HistogramSnapshot(upperBounds: [1, 2], counts: [1, 2, 3], sum: 9, exemplars: [nil, exemplar], created: 5))
    #expect(histogram.number(1) == 6)
    #expect(histogram.double(2) == 9)
    let buckets = try histogram.messages(3)
    #expect(buckets.map { $0.number(1) } == [1, 3, 6])
    #expect(buckets.map { $0.double(2) } == [1, 2, .infinity])
    #expect(try buckets[1].message(3)?.double(2) == 1.5)
    #expect(Set(histogram.fields.map(\.number)) == [1, 2, 3, 15])
  }

  struct Spans: Sendable {
    let window: NativeHistogramSnapshot.Window
    let spans: [[Int]]
    let deltas: [Int]
  }

  static let spanRows: [Spans] = [
    Spans(window: .empty, spans: [], deltas: []),
    Spans(window: .init(firstIndex: 7, counts: [0, 0]), spans: [], deltas: []),
    Spans(window: .init(firstIndex: -3, counts: [5]), spans: [[-3, 1]], deltas: [5]),
    Spans(window: .init(firstIndex: -3, counts: [0, 5, 7, 2, 0]), spans: [[-2, 3]], deltas: [5, 2, -5]),
    Spans(window: .init(firstIndex: 0, counts: [1, 0, 0, 1]), spans: [[0, 4]], deltas: [1, -1, 0, 1]),
    Spans(window: .init(firstIndex: 0, counts: [1, 0, 0, 0, 1]), spans: [[0, 1], [3, 1]], deltas: [1, 0]),
  ]

  private static func pairs(_ spans: [ProtobufReader]) -> [[Int]] {
    spans.map { [$0.signed(1) ?? .min, Int($0.number(2) ?? .max)] }
  }

  @Test("Spans join gaps of one and two buckets, and counts are differences", arguments: spanRows)
  func spans(_ row: Spans) throws {
    for isNegative in [false, true] {
      let native = NativeHistogramSnapshot(
        schema: -1, zeroThreshold: 0.5, zeroCount: 2, positive: isNegative ? .empty : row.window,
        negative: isNegative ? row.window : .empty)
      let count = row.window.counts.reduce(2, +)
      let histogram = try Self.histogram(
        HistogramSnapshot(upperBounds: [], counts: [count], sum: 1, native: native, created: 3))
      let (spans, deltas): (UInt64, UInt64) = isNegative ? (9, 10) : (12, 13)
      #expect(try Self.pairs(histogram.messages(spans)) == row.spans)
      #expect(try histogram.packed(deltas) == row.deltas)
      #expect(histogram.signed(5) == -1)
      #expect(histogram.double(6) == 0.5)
      #expect(histogram.number(7) == 2)
      #expect(histogram.number(1) == count)
      #expect(try histogram.messages(3).isEmpty)
      #expect(try histogram.message(15)?.number(1) == 3)
    }
  }

  @Test("An empty native histogram without a zero bucket is known by an empty span")
  func silent() throws {
    let native = NativeHistogramSnapshot(
      schema: 3, zeroThreshold: 0, zeroCount: 0, positive: .empty, negative: .empty)
    let histogram = try Self.histogram(HistogramSnapshot(upperBounds: [], counts: [0], sum: 0, native: native))
    #expect(try Self.pairs(histogram.messages(12)) == [[0, 0]])
  }

  @Test("A family in pieces is one message; a writer starts anew")
  func pieces() throws {
    let writer = ProtobufWriter()
    for _ in 0..<2 {
      for (name, label) in [("a", "1"), ("b", "1"), ("a", "2"), ("a", "2")] {
        writer.family(MetricFamily(name, .gauge, help: ""))
        writer.sample(LabelSet([("x", label)]), .integer(1))
      }
      let families = try ProtobufReader.messages(writer.finish())
      #expect(try families.map { try $0.string(1) } == ["a", "b"])
      #expect(try families.map { try $0.messages(4).map { try $0.labels()["x"] } } == [["1", "2"], ["1"]])
    }
    #expect(writer.dropped.duplicates == 2)
  }

  @Test("Registries are joined, empty families are left out, and drops are counted in the next exposition")
  func registries() throws {
    let (first, second) = (Registry(), Registry())
    try first.gauge("a", help: "").set(1)
    try second.gauge("a", help: "").set(2)
    _ = try first.counter("empty_total", help: "", labels: ["x"])
    _ = try second.gauge("b", help: "")
    let exposition = Exposition()
    exposition.render(first, second, as: .protobuf)
    let names = try ProtobufReader.messages(exposition.bytes).map { try $0.string(1) }
    #expect(names == ["a", "b"])
    exposition.render(first, as: .text)
    #expect(String(decoding: exposition.bytes, as: UTF8.self).contains("{reason=\"duplicate\"} 1"))
    exposition.render(first, as: .protobuf)
    let again = try ProtobufReader.messages(exposition.bytes).map { try $0.string(1) }
    #expect(again == ["a", "vitals_metrics_dropped_samples_total"])
    exposition.withBytes { #expect($0.count == exposition.bytes.count) }
  }
}
