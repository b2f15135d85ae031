// Names past the old rules: what a registry takes, how each scheme writes them, and that no two become one line.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Escaping of names")
struct EscapingTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let names: AllowedNames
    let error: MetricsError
    let act: @Sendable (Registry) throws -> Void

    init(
      _ name: String, _ names: AllowedNames, _ error: MetricsError,
      _ act: @escaping @Sendable (Registry) throws -> Void
    ) {
      testDescription = name
      self.names = names
      self.error = error
      self.act = act
    }
  }

  static let refusals: [Refusal] = [
    Refusal("a dot by default", .legacy, .invalidName("a.b")) { _ = try $0.gauge("a.b", help: "") },
    Refusal("empty name", .utf8, .invalidName("")) { _ = try $0.gauge("", help: "") },
    Refusal("empty label", .utf8Only, .invalidLabel(metric: "a", label: "")) {
      _ = try $0.gauge("a", help: "", labels: [""])
    },
    Refusal("a reserved label", .utf8, .reservedLabel(metric: "a", label: "__x.y")) {
      _ = try $0.gauge("a", help: "", labels: ["__x.y"])
    },
    Refusal("the same under underscores", .utf8, .nameClash(metric: "a_b", with: "a.b", name: "a_b")) {
      _ = try $0.gauge("a.b", help: "")
      _ = try $0.gauge("a_b", help: "")
    },
    Refusal("the same under dots", .utf8, .nameClash(metric: "a.b", with: "a_dot_b", name: "a_dot_b")) {
      _ = try $0.gauge("a_dot_b", help: "")
      _ = try $0.gauge("a.b", help: "")
    },
    Refusal("the same under values", .utf8Only, .nameClash(metric: "U__a_2e_b", with: "a.b", name: "U__a_2e_b")) {
      _ = try $0.gauge("a.b", help: "")
      _ = try $0.gauge("U__a_2e_b", help: "")
    },
    Refusal("a histogram's count", .utf8, .nameClash(metric: "a_b_count", with: "a.b", name: "a_b_count")) {
      _ = try $0.histogram("a.b", help: "")
      _ = try $0.gauge("a_b_count", help: "")
    },
    Refusal(
      "labels that become one", .utf8, .labelClash(metric: "a", label: "x_y", with: "x.y", name: "x_y")
    ) { _ = try $0.gauge("a", help: "", labels: ["x.y", "x_y"]) },
    Refusal(
      "a label that becomes the name", .utf8,
      .labelClash(metric: "a", label: ".!name!!", with: "__name__", name: "__name__")
    ) { _ = try $0.gauge("a", help: "", labels: [".!name!!"]) },
    Refusal("a unit behind a dot", .utf8, .unitNotSuffix(metric: "a.seconds", unit: "seconds")) {
      _ = try $0.gauge("a.seconds", help: "", unit: "seconds")
    },
  ]

  @Test("What one scraper or another would not get whole is refused", arguments: refusals)
  func refused(_ refusal: Refusal) {
    #expect(throws: refusal.error) { try refusal.act(Registry(names: refusal.names)) }
    #expect(!refusal.error.description.isEmpty)
  }

  @Test("The error says how to have the name")
  func hint() {
    #expect(MetricsError.invalidName("a.b").description.contains("Registry(names: .utf8)"))
    #expect(!MetricsError.invalidName("").description.contains("utf8"))
  }

  @Test(
    "Each scheme escapes as the Go library does",
    arguments: [
      ("", "", "", ""),
      ("no_escaping:required", "no_escaping:required", "no_escaping:required", "no_escaping:required"),
      (
        "mysystem.prod.west.cpu.load", "mysystem_prod_west_cpu_load",
        "mysystem_dot_prod_dot_west_dot_cpu_dot_load", "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load"
      ),
      (
        "mysystem.prod.west.cpu.load_total", "mysystem_prod_west_cpu_load_total",
        "mysystem_dot_prod_dot_west_dot_cpu_dot_load__total",
        "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load__total"
      ),
      ("http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2e_status:sum"),
      ("label with 😱", "label_with__", "label__with____", "U__label_20_with_20__1f631_"),
      ("1a", "_a", "__a", "U___31_a"),
      ("花火", "__", "____", "U___82b1__706b_"),
      ("e\u{301}\u{E9}", "e__", "e____", "U__e_301__e9_"),
    ] as [(String, String, String, String)])
  func schemes(_ name: String, _ underscores: String, _ dots: String, _ values: String) {
    #expect(EscapingScheme.underscores.escaped(metric: name) == underscores)
    #expect(EscapingScheme.dots.escaped(metric: name) == dots)
    #expect(EscapingScheme.values.escaped(metric: name) == values)
    #expect(EscapingScheme.allowUTF8.escaped(metric: name).utf8.elementsEqual(name.utf8))
  }

  @Test("A colon in a label's name is escaped, where Prometheus would refuse it")
  func labelColon() {
    #expect(EscapingScheme.allCases.map { $0.escaped(label: "a:b") } == ["a_b", "a__b", "U__a_3a_b", "a:b"])
  }

  private static func registry() throws -> Registry {
    let registry = Registry(names: .utf8)
    try registry.counter("http.requests_total", help: "Q \"q\" \\.", labels: ["http.method", "status"])
      .labels("GET", "200").increment()
    try registry.histogram("my.size_bytes", help: "", unit: "bytes", buckets: .explicit([1])).observe(0.5)
    try registry.gauge("größe \"\n\\", help: "").set(1)
    try registry.gauge("plain", help: "", labels: ["a:b"]).labels("x").set(2)
    return registry
  }

  private static let texts: [(EscapingScheme, String)] = [
    (
      .underscores,
      """
      # TYPE gr__e____ gauge
      gr__e____ 1
      # HELP http_requests_total Q "q" \\\\.
      # TYPE http_requests_total counter
      http_requests_total{http_method="GET",status="200"} 1
      # TYPE my_size_bytes histogram
      my_size_bytes_bucket{le="1.0"} 1
      my_size_bytes_bucket{le="+Inf"} 1
      my_size_bytes_sum 0.5
      my_size_bytes_count 1
      # TYPE plain gauge
      plain{a_b="x"} 2

      """
    ),
    (
      .dots,
      """
      # TYPE gr____e________ gauge
      gr____e________ 1
      # HELP http_dot_requests__total Q "q" \\\\.
      # TYPE http_dot_requests__total counter
      http_dot_requests__total{http_dot_method="GET",status="200"} 1
      # TYPE my_dot_size__bytes histogram
      my_dot_size__bytes_bucket{le="1.0"} 1
      my_dot_size__bytes_bucket{le="+Inf"} 1
      my_dot_size__bytes_sum 0.5
      my_dot_size__bytes_count 1
      # TYPE plain gauge
      plain{a__b="x"} 2

      """
    ),
    (
      .values,
      """
      # TYPE U__gr_f6__df_e_20__22__a__5c_ gauge
      U__gr_f6__df_e_20__22__a__5c_ 1
      # HELP U__http_2e_requests__total Q "q" \\\\.
      # TYPE U__http_2e_requests__total counter
      U__http_2e_requests__total{U__http_2e_method="GET",status="200"} 1
      # TYPE U__my_2e_size__bytes histogram
      U__my_2e_size__bytes_bucket{le="1.0"} 1
      U__my_2e_size__bytes_bucket{le="+Inf"} 1
      U__my_2e_size__bytes_sum 0.5
      U__my_2e_size__bytes_count 1
      # TYPE plain gauge
      plain{U__a_3a_b="x"} 2

      """
    ),
    (
      .allowUTF8,
      """
      # TYPE "größe \\"\\n\\\\" gauge
      {"größe \\"\\n\\\\"} 1
      # HELP "http.requests_total" Q "q" \\\\.
      # TYPE "http.requests_total" counter
      {"http.requests_total","http.method"="GET",status="200"} 1
      # TYPE "my.size_bytes" histogram
      {"my.size_bytes_bucket",le="1.0"} 1
      {"my.size_bytes_bucket",le="+Inf"} 1
      {"my.size_bytes_sum"} 0.5
      {"my.size_bytes_count"} 1
      # TYPE plain gauge
      plain{"a:b"="x"} 2

      """
    ),
  ]

  @Test("Each scheme's text", arguments: texts)
  func text(_ scheme: EscapingScheme, _ expected: String) throws {
    let text = try Self.registry().exposition(.text.escaping(scheme))
    #expect(
      String(decoding: text, as: UTF8.self).split(separator: "\n").sorted()
        == expected.split(separator: "\n").sorted())
    if scheme == .underscores { #expect(try text == Self.registry().exposition()) }
  }

  @Test("OpenMetrics quotes names in its metadata too, and has a unit only where the name ends with it")
  func openMetrics() throws {
    let registry = Registry(names: .utf8)
    try registry.counter("http.sent_bytes_total", help: "h", unit: "bytes").increment()
    try registry.gauge("rate_B/s", help: "", unit: "B/s").set(1)
    let text = String(decoding: registry.exposition(.openMetrics.escaping(.allowUTF8)), as: UTF8.self)
    #expect(
      text == """
        # TYPE "http.sent_bytes" counter
        # UNIT "http.sent_bytes" bytes
        # HELP "http.sent_bytes" h
        {"http.sent_bytes_total"} 1
        # TYPE "rate_B/s" gauge
        # UNIT "rate_B/s" B/s
        {"rate_B/s"} 1.0
        # EOF

        """)
    let escaped = String(decoding: registry.exposition(.openMetrics.escaping(.values)), as: UTF8.self)
    #expect(
      escaped == """
        # TYPE U__http_2e_sent__bytes_ counter
        # HELP U__http_2e_sent__bytes_ h
        U__http_2e_sent__bytes__total 1
        # TYPE U__rate__B_2f_s gauge
        U__rate__B_2f_s 1.0
        # EOF

        """)
  }

  @Test("Names that fall together when escaped are written once and counted, and both stand when they are not")
  func clashes() throws {
    let registry = Registry(names: .utf8Only)
    for name in ["温度", "湿度"] { try registry.gauge(name, help: "").set(1) }
    try registry.gauge("x", help: "", labels: ["a.b", "a_b"]).labels("1", "2").set(3)
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text == "# TYPE __ gauge\n__ 1\n")
    let whole = String(decoding: registry.exposition(.text.escaping(.allowUTF8)), as: UTF8.self)
    #expect(whole.contains("{\"温度\"} 1\n") && whole.contains("{\"湿度\"} 1\n"))
    #expect(whole.contains("x{\"a.b\"=\"1\",a_b=\"2\"} 3\n"))
    #expect(whole.contains("vitals_metrics_dropped_samples_total{reason=\"invalid\"} 2\n"))
  }

  private struct Dotted: Collector {
    func collect(into sink: any SampleSink) {
      sink.family(MetricFamily("c.d", .gauge, help: ""))
      sink.sample(LabelSet([("x.y", "1")]), .integer(1))
    }
  }

  @Test("A collector's names are held to what its registry takes")
  func collectors() {
    let legacy = Registry()
    legacy.register(Dotted())
    let utf8 = Registry(names: .utf8)
    utf8.register(Dotted())
    let exposition = Exposition()
    exposition.render(utf8, legacy)
    #expect(String(decoding: exposition.bytes, as: UTF8.self) == "# TYPE c_d gauge\nc_d{x_y=\"1\"} 1\n")
    exposition.render(legacy)
    #expect(exposition.bytes.isEmpty)
  }
}
