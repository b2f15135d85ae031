// One row for each rule of the text formats that implementations get wrong, broken input first.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Exposition rules")
struct ExpositionRuleTests {
  static let hard = "q\" b\\ n\n z\0 r\u{FFFD} ü"

  struct Rule: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let openMetrics: String
    let drops: (duplicates: UInt64, invalid: UInt64)
    let write: @Sendable (any SampleSink) -> Void

    init(
      _ name: String, text: String, openMetrics: String, drops: (duplicates: UInt64, invalid: UInt64) = (0, 0),
      _ write: @escaping @Sendable (any SampleSink) -> Void
    ) {
      testDescription = name
      self.text = text
      self.openMetrics = openMetrics
      self.drops = drops
      self.write = write
    }
  }

  /// The drops are those of OpenMetrics.
  static let rules: [Rule] = [
    Rule("nothing", text: "", openMetrics: "") { _ in },
    Rule("sample without a family", text: "", openMetrics: "", drops: (0, 1)) { $0.sample(.empty, 1) },
    Rule("illegal name", text: "", openMetrics: "", drops: (0, 2)) {
      $0.family(MetricFamily("a b", .gauge, help: ""))
      $0.sample(.empty, 1)
      $0.histogram(.empty, HistogramSnapshot(upperBounds: [], counts: [0], sum: 0))
    },
    Rule(
      "illegal label names", text: "# TYPE a gauge\na{x=\"1\"} 3\n", openMetrics: "# TYPE a gauge\na{x=\"1\"} 3\n",
      drops: (0, 7)
    ) {
      $0.family(MetricFamily("a", .gauge, help: ""))
      for name in ["", "http.method", "a\"b", "a\nb", "__name__", "1a", "\u{212A}"] {
        $0.sample(LabelSet([(name, "1")]), .integer(2))
      }
      $0.sample(LabelSet([("x", "1")]), .integer(3))
    },
    Rule(
      "a name that only looks like another", text: "# TYPE K gauge\nK 1\n", openMetrics: "# TYPE K gauge\nK 1\n",
      drops: (0, 1)
    ) {
      $0.family(MetricFamily("K", .gauge, help: ""))
      $0.sample(.empty, .integer(1))
      $0.family(MetricFamily("\u{212A}", .gauge, help: ""))
      $0.sample(LabelSet([("x", "1")]), .integer(2))
    },
    Rule("bucket counts past every total", text: "", openMetrics: "", drops: (0, 1)) {
      $0.family(MetricFamily("a", .histogram, help: ""))
      $0.histogram(.empty, HistogramSnapshot(upperBounds: [1], counts: [.max, 2], sum: 1))
    },
    Rule("same series twice", text: "# TYPE a gauge\na 1\n", openMetrics: "# TYPE a gauge\na 1.0\n", drops: (1, 0)) {
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(.empty, 1)
      $0.sample(LabelSet([("x", "")]), 2)
    },
    Rule(
      "a family in pieces", text: "# TYPE a gauge\na 1\na{x=\"1\"} 2\n# TYPE b gauge\nb 3\n",
      openMetrics: "# TYPE a gauge\na 1\na{x=\"1\"} 2\n# TYPE b gauge\nb 3\n"
    ) {
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(.empty, .integer(1))
      $0.family(MetricFamily("b", .gauge, help: ""))
      $0.sample(.empty, .integer(3))
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(LabelSet([("x", "1")]), .integer(2))
    },
    Rule(
      "same name, another type", text: "# TYPE a gauge\na 1\n", openMetrics: "# TYPE a gauge\na 1\n", drops: (0, 1)
    ) {
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(.empty, .integer(1))
      $0.family(MetricFamily("a", .counter, help: ""))
      $0.sample(LabelSet([("x", "1")]), .integer(2))
    },
    Rule(
      "a gauge where a counter's metadata stand", text: "# TYPE a_total counter\na_total 1\n",
      openMetrics: "# TYPE a counter\na_total 1\n", drops: (0, 1)
    ) {
      $0.family(MetricFamily("a_total", .counter, help: ""))
      $0.sample(.empty, .integer(1))
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(.empty, .integer(2))
    },
    Rule(
      "counters below zero and NaN", text: "# TYPE a_total counter\na_total{x=\"1\"} -1\na_total{x=\"2\"} NaN\n",
      openMetrics: "", drops: (0, 2)
    ) {
      $0.family(MetricFamily("a_total", .counter, help: ""))
      $0.sample(LabelSet([("x", "1")]), .integer(-1))
      $0.sample(LabelSet([("x", "2")]), .nan)
    },
    Rule(
      "gauges of every value", text: "# TYPE a gauge\na{x=\"1\"} NaN\na{x=\"2\"} +Inf\na{x=\"3\"} -Inf\n",
      openMetrics: "# TYPE a gauge\na{x=\"1\"} NaN\na{x=\"2\"} +Inf\na{x=\"3\"} -Inf\n"
    ) {
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(LabelSet([("x", "1")]), .nan)
      $0.sample(LabelSet([("x", "2")]), .infinity)
      $0.sample(LabelSet([("x", "3")]), -.infinity)
    },
    Rule("unknown", text: "# TYPE a untyped\na 1\n", openMetrics: "# TYPE a unknown\na 1\n") {
      $0.family(MetricFamily("a", .unknown, help: ""))
      $0.sample(.empty, .integer(1))
    },
    Rule(
      "a unit that is no suffix", text: "# TYPE a gauge\na 1\n", openMetrics: "# TYPE a gauge\na 1\n"
    ) {
      $0.family(MetricFamily("a", .gauge, help: "", unit: "bytes"))
      $0.sample(.empty, .integer(1))
    },
    Rule(
      "label values", text: "# TYPE a gauge\na{x=\"q\\\" b\\\\ n\\n z\0 r\u{FFFD} ü\"} 1\n",
      openMetrics: "# TYPE a gauge\na{x=\"q\\\" b\\\\ n\\n z\0 r\u{FFFD} ü\"} 1\n"
    ) {
      $0.family(MetricFamily("a", .gauge, help: ""))
      $0.sample(LabelSet([("x", hard)]), .integer(1))
    },
    Rule("broken histograms", text: "", openMetrics: "", drops: (0, 4)) {
      $0.family(MetricFamily("a", .histogram, help: ""))
      $0.sample(.empty, 1)
      $0.histogram(.empty, HistogramSnapshot(upperBounds: [1], counts: [1], sum: 1))
      $0.histogram(.empty, HistogramSnapshot(upperBounds: [2, 1], counts: [1, 1, 1], sum: 1))
      $0.histogram(LabelSet([("le", "1")]), HistogramSnapshot(upperBounds: [1], counts: [1, 1], sum: 1))
    },
    Rule(
      "a histogram with a +Inf of its own",
      text: "# TYPE a histogram\na_bucket{x=\"1\",le=\"1.0\"} 1\na_bucket{x=\"1\",le=\"+Inf\"} 3\n"
        + "a_sum{x=\"1\"} 0.5\na_count{x=\"1\"} 3\n",
      openMetrics: "# TYPE a histogram\na_bucket{x=\"1\",le=\"1.0\"} 1\na_bucket{x=\"1\",le=\"+Inf\"} 3\n"
        + "a_sum{x=\"1\"} 0.5\na_count{x=\"1\"} 3\n"
    ) {
      $0.family(MetricFamily("a", .histogram, help: ""))
      $0.histogram(
        LabelSet([("x", "1")]), HistogramSnapshot(upperBounds: [1, .infinity], counts: [1, 2, 0], sum: 0.5))
    },
    Rule(
      "a histogram with bounds below zero",
      text: "# TYPE a histogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum -2\na_count 1\n",
      openMetrics: "# TYPE a histogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 1\n"
    ) {
      $0.family(MetricFamily("a", .histogram, help: ""))
      $0.histogram(.empty, HistogramSnapshot(upperBounds: [-1], counts: [1, 0], sum: -2))
    },
  ]

  @Test("Each rule of the formats holds", arguments: rules)
  func rule(_ rule: Rule) {
    let text = TextWriter(format: .text)
    rule.write(text)
    #expect(String(decoding: text.finish(), as: UTF8.self) == rule.text)
    let openMetrics = TextWriter(format: .openMetrics)
    rule.write(openMetrics)
    #expect(String(decoding: openMetrics.finish(), as: UTF8.self) == rule.openMetrics + "# EOF\n")
    #expect(openMetrics.dropped.duplicates == rule.drops.duplicates)
    #expect(openMetrics.dropped.invalid == rule.drops.invalid)
  }
}
