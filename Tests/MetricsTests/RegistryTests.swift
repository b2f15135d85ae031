// Registration: what is refused, with which error, and that asking again gives the same instrument.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Registry")
struct RegistryTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let error: MetricsError
    let act: @Sendable (Registry) throws -> Void

    init(_ name: String, _ error: MetricsError, _ act: @escaping @Sendable (Registry) throws -> Void) {
      testDescription = name
      self.error = error
      self.act = act
    }
  }

  static let refusals: [Refusal] = [
    Refusal("empty name", .invalidName("")) { _ = try $0.gauge("", help: "") },
    Refusal("dotted name", .invalidName("a.b")) { _ = try $0.gauge("a.b", help: "") },
    Refusal("digit first", .invalidName("1a")) { _ = try $0.gauge("1a", help: "") },
    Refusal("name with umlaut", .invalidName("größe")) { _ = try $0.gauge("größe", help: "") },
    Refusal("label with colon", .invalidLabel(metric: "m", label: "a:b")) {
      _ = try $0.gauge("m", help: "", labels: ["a:b"])
    },
    Refusal("label twice", .invalidLabel(metric: "m", label: "a")) {
      _ = try $0.gauge("m", help: "", labels: ["a", "a"])
    },
    Refusal("label le", .reservedLabel(metric: "m", label: "le")) {
      _ = try $0.histogram("m", help: "", labels: ["le"])
    },
    Refusal("label with two underscores", .reservedLabel(metric: "m", label: "__name__")) {
      _ = try $0.counter("m", help: "", labels: ["__name__"])
    },
    Refusal("unit not in name", .unitNotSuffix(metric: "m_total", unit: "seconds")) {
      _ = try $0.counter("m_total", help: "", unit: "seconds")
    },
    Refusal("unit without underscore", .unitNotSuffix(metric: "mybytes", unit: "bytes")) {
      _ = try $0.gauge("mybytes", help: "", unit: "bytes")
    },
    Refusal("unit that only looks like the name's end", .unitNotSuffix(metric: "temp_K", unit: "\u{212A}")) {
      _ = try $0.gauge("temp_K", help: "", unit: "\u{212A}")
    },
    Refusal("bounds without end", .invalidBuckets(metric: "m")) {
      _ = try $0.histogram("m", help: "", buckets: .linear(start: 0, width: 1, count: .max))
    },
    Refusal("bounds without end, NaN", .invalidBuckets(metric: "m")) {
      _ = try $0.histogram("m", help: "", buckets: .exponential(start: 1, factor: .nan, count: .max))
    },
    Refusal("empty unit", .unitNotSuffix(metric: "m_", unit: "")) { _ = try $0.gauge("m_", help: "", unit: "") },
    Refusal("too few values", .wrongValueCount(metric: "m", expected: 2, given: 1)) {
      _ = try $0.gauge("m", help: "", labels: ["a", "b"]).labels("x")
    },
    Refusal("too many values", .wrongValueCount(metric: "m", expected: 1, given: 2)) {
      _ = try $0.gauge("m", help: "", labels: ["a"]).remove("x", "y")
    },
    Refusal("another kind", .conflict(metric: "m", differsIn: "kind")) {
      _ = try $0.counter("m", help: "")
      _ = try $0.gauge("m", help: "")
    },
    Refusal("another help text", .conflict(metric: "m", differsIn: "help text")) {
      _ = try $0.gauge("m", help: "a")
      _ = try $0.gauge("m", help: "b")
    },
    Refusal("another unit", .conflict(metric: "m_bytes", differsIn: "unit")) {
      _ = try $0.gauge("m_bytes", help: "")
      _ = try $0.gauge("m_bytes", help: "", unit: "bytes")
    },
    Refusal("other labels", .conflict(metric: "m", differsIn: "set of labels")) {
      _ = try $0.gauge("m", help: "", labels: ["a"])
      _ = try $0.gauge("m", help: "", labels: ["b"])
    },
    Refusal("unlabelled twin", .conflict(metric: "m", differsIn: "set of labels")) {
      _ = try $0.gauge("m", help: "", labels: ["a"])
      _ = try $0.gauge("m", help: "")
    },
    Refusal("other buckets", .conflict(metric: "m", differsIn: "set of buckets")) {
      _ = try $0.histogram("m", help: "", buckets: .explicit([1]))
      _ = try $0.histogram("m", help: "", buckets: .explicit([2]))
    },
    Refusal("histogram, then counter of its count", .nameClash(metric: "m_count", with: "m", name: "m_count")) {
      _ = try $0.histogram("m", help: "")
      _ = try $0.counter("m_count", help: "")
    },
    Refusal("gauge, then histogram over it", .nameClash(metric: "m", with: "m_bucket", name: "m_bucket")) {
      _ = try $0.gauge("m_bucket", help: "")
      _ = try $0.histogram("m", help: "")
    },
    Refusal("gauge with a histogram's sum", .nameClash(metric: "m_sum", with: "m", name: "m_sum")) {
      _ = try $0.histogram("m", help: "")
      _ = try $0.gauge("m_sum", help: "")
    },
    Refusal("OpenMetrics name of a counter", .nameClash(metric: "m", with: "m_total", name: "m")) {
      _ = try $0.counter("m_total", help: "")
      _ = try $0.gauge("m", help: "")
    },
    Refusal("a name of the registry's own", .conflict(metric: "vitals_metrics_folded_total", differsIn: "kind")) {
      _ = try $0.counter("vitals_metrics_folded_total", help: "")
    },
  ]

  @Test("What cannot be exposed is refused with a typed error", arguments: refusals)
  func refused(_ refusal: Refusal) {
    #expect(throws: refusal.error) { try refusal.act(Registry()) }
    #expect(!refusal.error.description.isEmpty)
  }

  @Test(
    "Bounds that are no ladder are refused",
    arguments: [
      Buckets.explicit([]), .explicit([.infinity]), .explicit([2, 1]), .explicit([1, 1]), .explicit([1, .nan]),
      .explicit([-.infinity, 1]), .linear(start: 0, width: 1, count: -5), .linear(start: 0, width: 0, count: 2),
      .exponential(start: 1, factor: 1, count: 2), .exponential(start: 1, factor: 1e300, count: 3),
    ])
  func buckets(_ buckets: Buckets) {
    #expect(throws: MetricsError.invalidBuckets(metric: "m")) {
      try Registry().histogram("m", help: "", buckets: buckets)
    }
  }

  @Test("A refused registration leaves nothing behind")
  func refusedLeavesNothing() throws {
    let registry = Registry()
    _ = try registry.gauge("m_bucket", help: "")
    #expect(throws: MetricsError.self) { try registry.histogram("m", help: "") }
    _ = try registry.gauge("m_sum", help: "")
  }

  @Test("Asking again gives the same instrument")
  func getOrCreate() throws {
    let registry = Registry()
    #expect(try registry.counter("a_total", help: "") === registry.counter("a_total", help: ""))
    let family = try registry.gauge("g", help: "", labels: ["x", "y"])
    #expect(try registry.gauge("g", help: "", labels: ["x", "y"]) === family)
    #expect(try family.labels("1", "2") === family.labels(["1", "2"]))
    #expect(try family.labels("1", "2") !== family.labels("2", "1"))
    let buckets = Buckets.explicit([1, .infinity])
    let histogram = try registry.histogram("h", help: "", buckets: buckets)
    #expect(try registry.histogram("h", help: "", buckets: .explicit([1])) === histogram)
  }

  @Test("Values that Swift calls equal but differ in bytes are two series")
  func canonicalEquivalence() throws {
    let family = try Registry().gauge("g", help: "", labels: ["x"])
    #expect(try family.labels("\u{e9}") !== family.labels("e\u{301}"))
  }

  @Test("A removed child is gone from the exposition, and comes back anew")
  func remove() throws {
    let registry = Registry()
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    try family.labels("1").increment()
    #expect(text(registry).contains(#"a_total{x="1"} 1"#))
    #expect(try family.remove("1"))
    #expect(try !family.remove("1"))
    #expect(text(registry).isEmpty)
    #expect(try family.labels("1").value == .unsigned(0))
  }

  @Test("Past the limit label values share one series, and a counter says so")
  func fold() throws {
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 2))
    let family = try registry.counter("a_total", help: "", labels: ["x", "y"])
    for value in ["1", "2", "3", "4", "3", "1"] { try family.labels(value, "z").increment() }
    #expect(try family.labels("other", "other").value == .unsigned(3))
    let lines = text(registry).split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(
      lines == [
        #"a_total{x="1",y="z"} 2"#, #"a_total{x="2",y="z"} 1"#, #"a_total{x="other",y="other"} 3"#,
        #"vitals_metrics_folded_total{family="a_total"} 3"#,
      ])
  }

  @Test("A limit of zero leaves unlabelled instruments alone")
  func limitZero() throws {
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 0))
    try registry.counter("a_total", help: "").increment()
    #expect(text(registry).hasSuffix("a_total 1\n"))
  }

  private func text(_ registry: Registry) -> String { String(decoding: registry.exposition(), as: UTF8.self) }
}
