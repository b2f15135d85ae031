// Random registries as text and as protobuf: both say the same, and the native buckets are those that were recorded.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Protobuf round trip")
struct ProtobufRoundTripTests {
  private static let characters: [Character] = ["a", "\"", "\\", "\n", "\0", "\u{FFFD}", "}", ",", "=", " ", "ü", "😀"]

  @Test("Text and protobuf agree, and native buckets add up", arguments: 0..<40 as Range<UInt64>)
  func agree(_ seed: UInt64) throws {
    var generator = SeededNumbers(state: seed)
    let registry = Registry()
    for number in 0..<Int.random(in: 1...4, using: &generator) {
      let gauges = try registry.gauge("g\(number)", help: Self.text(&generator), labels: ["x", "y"])
      let counters = try registry.counter("c\(number)_total", help: Self.text(&generator), labels: ["x"])
      let histograms = try registry.histogram(
        "h\(number)", help: Self.text(&generator),
        buckets: Bool.random(using: &generator) ? .none : .explicit([-1, 1, 1e9]),
        native: .schema(
          Int.random(in: -4...8, using: &generator), maxBuckets: Int.random(in: 1...100, using: &generator)),
        labels: ["x"])
      for _ in 0..<Int.random(in: 0...60, using: &generator) {
        try gauges.labels(Self.text(&generator), Self.text(&generator)).set(
          Double.random(in: -1e6...1e6, using: &generator))
        try counters.labels(Self.text(&generator)).increment(by: Double.random(in: 0...9, using: &generator))
        let size = Double(
          bitPattern: UInt64.random(in: 0x3700_0000_0000_0000..<0x4700_0000_0000_0000, using: &generator))
        try histograms.labels(Bool.random(using: &generator) ? "a" : "b").observe(
          Bool.random(using: &generator) ? size : -size)
      }
    }
    // The first exposition leaves no layout behind that the second would not have.
    let text = String(decoding: registry.exposition(.text), as: UTF8.self)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    #expect(try Self.lines(registry.exposition(.protobuf)).sorted() == lines.sorted())
  }

  private static func text(_ generator: inout SeededNumbers) -> String {
    String(
      (0..<Int.random(in: 0...4, using: &generator)).compactMap { _ in characters.randomElement(using: &generator) })
  }

  /// The lines of text 0.0.4 that a body stands for.
  private static func lines(_ body: [UInt8]) throws -> [String] {
    var text = TextBuffer()
    for family in try ProtobufReader.messages(body) {
      guard let name = try family.string(1) else { throw ProtobufReader.Malformed() }
      for metric in try family.messages(4) {
        let labels = LabelSet(try metric.labels().map { ($0.key, $0.value) })
        if let histogram = try metric.message(7) {
          let lines = TextLines(
            family: MetricFamily(name, .histogram, help: ""), isOpenMetrics: false, hasCreatedLines: false)
          lines.append(labels, try snapshot(histogram), to: &text)
        } else if let value = try metric.message(2)?.double(1) ?? metric.message(3)?.double(1) {
          let lines = TextLines(
            family: MetricFamily(name, .gauge, help: ""), isOpenMetrics: false, hasCreatedLines: false)
          lines.append(labels, .double(value), .none, to: &text)
        } else {
          throw ProtobufReader.Malformed()
        }
      }
    }
    return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static func snapshot(_ histogram: ProtobufReader) throws -> HistogramSnapshot {
    let buckets = try histogram.messages(3)
    var (counts, bounds, last): ([UInt64], [Double], UInt64) = ([], [], 0)
    for bucket in buckets {
      let count = bucket.number(1) ?? 0
      counts.append(count - last)
      last = count
      if let bound = bucket.double(2), bound.isFinite { bounds.append(bound) }
    }
    let positive = try histogram.buckets(spans: 12, deltas: 13)
    let negative = try histogram.buckets(spans: 9, deltas: 10)
    let count = (histogram.number(7) ?? 0) + positive.values.reduce(0, +) + negative.values.reduce(0, +)
    if count != histogram.number(1) || counts.last != nil && last != count { throw ProtobufReader.Malformed() }
    return HistogramSnapshot(
      upperBounds: bounds, counts: counts.isEmpty ? [count] : counts, sum: histogram.double(2) ?? .nan)
  }
}
