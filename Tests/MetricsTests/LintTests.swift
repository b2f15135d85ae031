// Each rule of lint with names that break it, and with names that only look as if they did.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Lint")
struct LintTests {
  struct Name: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rules: Set<LintRule>
    let family: MetricFamily
    let labels: [String]

    init(_ name: String, _ type: MetricType, _ rules: LintRule..., help: String = "h", labels: [String] = []) {
      testDescription = "\(name) \(type)"
      self.rules = Set(rules)
      family = MetricFamily(name, type, help: help)
      self.labels = labels
    }
  }

  private struct One: Collector {
    let name: Name
    func collect(into sink: any SampleSink) {
      sink.family(name.family)
      let labels = LabelSet(name.labels.map { ($0, "x") })
      switch name.family.type {
      case .histogram: sink.histogram(labels, HistogramSnapshot(upperBounds: [1], counts: [1, 0], sum: 1))
      case .summary: sink.summary(labels, SummarySnapshot(quantiles: [], count: 1, sum: 1))
      default: sink.sample(labels, 1)
      }
    }
  }

  static let names: [Name] = [
    Name("a", .gauge, .noHelp, help: ""),
    Name("a", .counter, .counterWithoutTotal),
    Name("a_total", .gauge, .totalWithoutCounter),
    Name("a_total", .histogram, .totalWithoutCounter),
    Name("a_bucket", .gauge, .reservedSuffix),
    Name("a_bucket", .summary, .reservedSuffix),
    Name("a_count", .gauge, .reservedSuffix),
    Name("a_sum", .counter, .reservedSuffix, .counterWithoutTotal),
    Name("a_info", .histogram, .infoSuffix),
    Name("a", .info, .infoWithoutSuffix),
    Name("a", .gauge, .reservedLabel, labels: ["le"]),
    Name("a", .histogram, .reservedLabel, labels: ["quantile"]),
    Name("a_milliseconds", .gauge, .notBaseUnit),
    Name("a_kibibytes_b", .gauge, .abbreviatedUnit, .notBaseUnit),
    Name("a_hours_total", .counter, .notBaseUnit),
    Name("a.microseconds", .gauge, .notBaseUnit),
    Name("request_duration_ms", .histogram, .abbreviatedUnit),
    Name("a_MB_free", .gauge, .abbreviatedUnit),
    Name("a_gauge", .gauge, .typeInName),
    Name("a_Counter_total", .counter, .typeInName),
    Name("a_histogram_b", .counter, .otherTypeInName, .counterWithoutTotal, .abbreviatedUnit),
    Name("job:a:rate", .gauge, .colon),
    Name("httpRequests_total", .counter, .camelCase),
    Name("a", .gauge, .camelCase, labels: ["statusCode"]),
    Name("a", .gauge, .labelLikeFamily, labels: ["a"]),
    Name("a_total", .counter, .labelLikeFamily, labels: ["a"]),
    Name("a", .gauge, .manyLabels, labels: (0...10).map { "l\($0)" }),
    Name("a", .gauge, .escapedClash, labels: ["x.y", "x_y"]),
    Name("a", .gauge, .invalidName, labels: ["__x"]),
    Name("", .gauge, .invalidName),
    // Nothing to say.
    Name("a_total", .counter), Name("a_total", .unknown), Name("a_count", .unknown), Name("gauge", .gauge),
    Name("a_seconds", .histogram, labels: ["method", "status"]), Name("a_gauges", .gauge), Name("ms_a", .gauge),
    Name("a_info", .info), Name("a_info", .gauge), Name("a", .stateSet, labels: ["a"]), Name("HTTP_requests", .gauge),
    Name("a_count", .summary), Name("a.x_total", .counter), Name("a_kelvin", .gauge),
    Name("a", .unknown, labels: ["le"]),
  ]

  @Test("Each name has its findings", arguments: names)
  func rule(_ name: Name) {
    let registry = Registry(names: .utf8)
    registry.register(One(name: name))
    let found = registry.lint()
    #expect(Set(found.map(\.rule)) == name.rules)
    #expect(found.allSatisfy { $0.metric == name.family.name && !$0.description.isEmpty })
  }

  @Test("A registered family is judged before it has a child, and a unit that is not in the name is found")
  func registered() throws {
    let registry = Registry(prefix: "app_", constantLabels: [("zoneName", "a")])
    _ = try registry.counter("hits", help: "h", labels: ["le_x"])
    #expect(
      registry.lint() == [
        LintFinding(.camelCase, metric: "app_hits", "the label 'zoneName' should be in snake_case"),
        LintFinding(.counterWithoutTotal, metric: "app_hits", "a counter's name should end with _total"),
      ])
    #expect(registry.lint().first?.description.hasPrefix("app_hits: ") == true)
  }

  private struct Clashing: Collector {
    let families: [MetricFamily]
    func collect(into sink: any SampleSink) {
      for family in families {
        sink.family(family)
        if family.type == .histogram {
          sink.histogram(.empty, HistogramSnapshot(upperBounds: [], counts: [0], sum: 0))
        } else {
          sink.sample(.empty, 1)
        }
      }
    }
  }

  static func gauge(_ name: String) -> MetricFamily { MetricFamily(name, .gauge, help: "h") }

  static let clashes: [([MetricFamily], [LintRule])] = [
    ([gauge("a"), gauge("a")], [.duplicate]),
    ([gauge("a"), MetricFamily("a", .unknown, help: "h")], [.duplicate]),
    ([MetricFamily("a", .histogram, help: "h"), gauge("a_sum")], [.duplicate, .reservedSuffix]),
    ([gauge("a.x"), gauge("a_x")], [.escapedClash]),
    ([gauge("a.x"), gauge("a_dot_x")], [.escapedClash]),
    ([gauge("温度"), gauge("湿度")], [.escapedClash, .escapedClash]),
    ([MetricFamily("a_bytes", .gauge, help: "h", unit: "seconds")], [.unitNotSuffix]),
    ([gauge("a.x"), gauge("a.y")], []),
  ]

  @Test("What takes two families to see", arguments: clashes)
  func several(_ families: [MetricFamily], _ rules: [LintRule]) {
    let registry = Registry(names: .utf8Only)
    registry.register(Clashing(families: families))
    #expect(registry.lint().map(\.rule).sorted { $0.rawValue < $1.rawValue } == rules)
  }

  @Test("The library's own metrics keep its rules")
  func own() throws {
    let registry = Registry()
    registry.register(ProcessCollector())
    try registry.counter("a_total", help: "h").increment(by: -1)
    #expect(registry.lint() == [])
  }
}
