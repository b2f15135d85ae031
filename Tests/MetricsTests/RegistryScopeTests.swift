// Prefix and constant labels, and several registries in one exposition.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Registry scope")
struct RegistryScopeTests {
  @Test(
    "Constant labels and prefixes are checked when something is registered",
    arguments: [
      ("", [("1a", "x")], MetricsError.invalidLabel(metric: "m", label: "1a")),
      ("", [("a", "x"), ("a", "y")], .invalidLabel(metric: "m", label: "a")),
      ("", [("le", "x")], .reservedLabel(metric: "m", label: "le")),
      ("", [("__a", "x")], .reservedLabel(metric: "m", label: "__a")),
      ("", [("l", "x")], .constantLabel(metric: "m", label: "l")),
      ("1", [], .invalidName("1m")),
      ("my.", [], .invalidName("my.m")),
    ] as [(String, [(String, String)], MetricsError)])
  func refused(_ prefix: String, _ labels: [(String, String)], _ error: MetricsError) {
    let registry = Registry(prefix: prefix, constantLabels: labels.map { ($0.0, $0.1) })
    #expect(throws: error) { try registry.gauge("m", help: "", labels: ["l"]) }
    #expect(!error.description.isEmpty)
  }

  @Test("They stand in every line of the own instruments, and in no collector's")
  func applied() throws {
    let registry = Registry(
      limits: MetricsLimits(seriesPerFamily: 1), prefix: "app_", constantLabels: [("zone", "a\""), ("none", "")])
    try registry.counter("hits_total", help: "h").increment()
    let users = try registry.gauge("users", help: "", labels: ["age"])
    try users.labels("1").set(1)
    try users.labels("2").set(2)
    try registry.histogram("t_seconds", help: "", unit: "seconds", buckets: .explicit([1])).observe(2)
    let other = Registry()
    try other.gauge("plain", help: "").set(1)
    registry.register(other)
    let lines = """
      app_hits_total{zone="a\\""} 1
      app_t_seconds_bucket{zone="a\\"",le="1.0"} 0
      app_t_seconds_bucket{zone="a\\"",le="+Inf"} 1
      app_t_seconds_sum{zone="a\\""} 2
      app_t_seconds_count{zone="a\\""} 1
      app_users{age="1",zone="a\\""} 1
      app_users{age="other",zone="a\\""} 2
      plain 1
      vitals_metrics_folded_total{family="app_users"} 1
      """
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.split(separator: "\n").filter { !$0.hasPrefix("#") } == lines.split(separator: "\n"))
    #expect(try registry.gauge("users", help: "", labels: ["age"]) === users)
  }

  private static func text(_ registries: (Registry, Registry), _ format: ExpositionFormat = .text) -> String {
    let exposition = Exposition()
    exposition.render(registries.0, registries.1, as: format)
    exposition.render(registries.0, registries.1, as: format)
    return String(decoding: exposition.bytes, as: UTF8.self)
  }

  @Test("The same family of two registries is joined; what both have is written once and counted")
  func joined() throws {
    let (first, second) = (Registry(), Registry())
    for (registry, value) in [(first, "1"), (second, "2")] {
      let users = try registry.gauge("users", help: "h\(value)", labels: ["age"])
      try users.labels("both").set(1)
      try users.labels(value).set(2)
      try registry.gauge("z\(value)", help: "").set(3)
    }
    #expect(
      Self.text((first, second)) == """
        # HELP users h1
        # TYPE users gauge
        users{age="1"} 2
        users{age="both"} 1
        users{age="2"} 2
        # TYPE z1 gauge
        z1 3
        # TYPE z2 gauge
        z2 3
        # HELP vitals_metrics_dropped_samples_total Samples left out of expositions, by reason.
        # TYPE vitals_metrics_dropped_samples_total counter
        vitals_metrics_dropped_samples_total{reason="duplicate"} 1

        """)
  }

  @Test("Joined families stay free of doubles where their names are escaped", arguments: EscapingScheme.allCases)
  func joinedEscaped(_ scheme: EscapingScheme) throws {
    let (first, second) = (Registry(names: .utf8), Registry(names: .utf8))
    try first.counter("a.b_total", help: "", labels: ["x.y"]).labels("1").increment()
    try first.counter("a.b_total", help: "", labels: ["x.y"]).labels("2").increment()
    try second.counter("a.b_total", help: "", labels: ["x_y"]).labels("1").increment()
    try second.counter("c", help: "", labels: ["x.y"]).labels("1").increment()
    try first.counter("c", help: "", labels: ["x_y"]).labels("1").increment()
    let lines = Self.text((first, second), .text.escaping(scheme)).split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(Set(lines).count == lines.count)
    #expect(lines.count == (scheme == .underscores ? 4 : 5))
  }

  @Test("A family of another type, or of a name that is taken, is left out and counted")
  func differing() throws {
    let (first, second) = (Registry(), Registry(names: .utf8))
    try first.histogram("a", help: "").observe(1)
    try first.gauge("c_d", help: "").set(1)
    try second.gauge("a", help: "").set(1)
    try second.gauge("c.d", help: "").set(2)
    let text = Self.text((first, second))
    #expect(text.contains("# TYPE a histogram\n") && !text.contains("\na 1\n"))
    #expect(text.contains("c_d 1\n") && !text.contains("c_d 2\n"))
    #expect(text.contains("vitals_metrics_dropped_samples_total{reason=\"invalid\"} 2\n"))
    let whole = Self.text((first, second), .text.escaping(.allowUTF8))
    #expect(whole.contains("c_d 1\n") && whole.contains("{\"c.d\"} 2\n"))
  }

  @Test("Two registries that differ in a constant label make one family")
  func zones() throws {
    let registries = (Registry(constantLabels: [("zone", "a")]), Registry(constantLabels: [("zone", "b")]))
    try registries.0.counter("hits_total", help: "h").increment()
    try registries.1.counter("hits_total", help: "h").increment()
    #expect(
      Self.text(registries) == """
        # HELP hits_total h
        # TYPE hits_total counter
        hits_total{zone="a"} 1
        hits_total{zone="b"} 1

        """)
  }
}
