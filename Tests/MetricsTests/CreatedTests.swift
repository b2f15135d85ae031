// Created timestamps: each series its own, a new one after removal, lines only where they are asked for.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Created")
struct CreatedTests {
  private final class Moments: SampleSink {
    private(set) var seen: [String: Double?] = [:]
    private var name = ""

    func family(_ family: MetricFamily) { name = family.name }

    func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) { keep(labels, details.created) }

    func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) { keep(labels, snapshot.created) }

    func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) { keep(labels, snapshot.created) }

    private func keep(_ labels: LabelSet, _ created: Double?) {
      seen[name + labels.pairs.map(\.value).joined()] = .some(created)
    }
  }

  @Test("Without the choice no format has such lines, but sinks get the moments; what has no beginning has none")
  func sinks() throws {
    let manual = ManualClock()
    let registry = Registry(clock: manual.clock)
    _ = try registry.counter("c_total", help: "")
    manual.advance(1)
    _ = try registry.histogram("h", help: "")
    manual.advance(1)
    _ = try registry.summary("s", help: "")
    _ = try registry.gauge("g", help: "")
    try registry.info("i_info", help: "", [])
    _ = try registry.stateSet("t", help: "", states: ["a"])
    let moments = Moments()
    registry.collect(into: moments)
    #expect(
      moments.seen == [
        "c_total": 1_700_000_000, "h": 1_700_000_001, "s": 1_700_000_002, "g": nil, "i_info": nil, "ta": nil,
      ])
    for format in [ExpositionFormat.text, .openMetrics] {
      #expect(!String(decoding: registry.exposition(format), as: UTF8.self).contains("_created"))
    }
  }

  @Test("The lines of a name past the old rules stand in quotes, or one of them would cost the whole scrape")
  func quoted() throws {
    let registry = Registry(names: .utf8, createdSeries: true, clock: ManualClock().clock)
    _ = try registry.counter("c.d_total", help: "")
    _ = try registry.histogram("h.i", help: "", buckets: .explicit([1]), labels: ["x"]).labels("1")
    _ = try registry.summary("s.t", help: "", quantiles: [])
    func lines(_ scheme: EscapingScheme) -> [String] {
      String(decoding: registry.exposition(.openMetrics.escaping(scheme)), as: UTF8.self).split(separator: "\n")
        .map(String.init).filter { $0.contains("_created") }
    }
    let moment = "1700000000.000"
    #expect(
      lines(.allowUTF8) == [
        #"{"c.d_created"} \#(moment)"#, #"{"h.i_created",x="1"} \#(moment)"#, #"{"s.t_created"} \#(moment)"#,
      ])
    #expect(
      lines(.underscores) == ["c_d_created \(moment)", #"h_i_created{x="1"} \#(moment)"#, "s_t_created \(moment)"])
  }

  @Test("A later child has a moment of its own, and one that was removed and came back a new one")
  func rebirth() throws {
    let manual = ManualClock()
    let registry = Registry(createdSeries: true, clock: manual.clock)
    let family = try registry.counter("c_total", help: "", labels: ["x"])
    try family.labels("1").increment()
    manual.advance(2)
    _ = try family.labels("2")
    func lines() -> [Substring] {
      String(decoding: registry.exposition(.openMetrics), as: UTF8.self).split(separator: "\n")
        .filter { $0.hasPrefix("c_created") }
    }
    #expect(lines() == [#"c_created{x="1"} 1700000000.000"#, #"c_created{x="2"} 1700000002.000"#])
    manual.advance(3)
    try family.remove("1")
    _ = try family.labels("1")
    #expect(lines() == [#"c_created{x="1"} 1700000005.000"#, #"c_created{x="2"} 1700000002.000"#])
    #expect(!String(decoding: registry.exposition(.text), as: UTF8.self).contains("_created"))
  }

  @Test("A histogram that may have no sum and count still has its beginning")
  func negative() throws {
    let registry = Registry(createdSeries: true, clock: ManualClock().clock)
    try registry.histogram("h", help: "", buckets: .explicit([1])).observe(-1)
    #expect(
      String(decoding: registry.exposition(.openMetrics), as: UTF8.self)
        == "# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_created 1700000000.000\n# EOF\n")
  }

  @Test("Names that are escaped have their beginnings, summaries too")
  func escaped() throws {
    let registry = Registry(names: .utf8, createdSeries: true, clock: ManualClock().clock)
    try registry.counter("c.d_total", help: "", labels: ["x.y"]).labels("1").increment()
    try registry.histogram("h.\"", help: "", buckets: .explicit([1])).observe(1)
    _ = try registry.summary("s.e", help: "")
    func lines(_ scheme: EscapingScheme) -> [String] {
      String(decoding: registry.exposition(.openMetrics.escaping(scheme)), as: UTF8.self).split(separator: "\n")
        .filter { $0.contains("_created") }.map(String.init)
    }
    let heads = [#"{"c.d_created","x.y"="1"}"#, #"{"h.\"_created"}"#, #"{"s.e_created"}"#]
    #expect(lines(.allowUTF8) == heads.map { $0 + " 1700000000.000" })
    let escaped = [#"c_d_created{x_y="1"}"#, "h___created", "s_e_created"]
    #expect(lines(.underscores) == escaped.map { $0 + " 1700000000.000" })
  }

  @Test("Two registries of one name: the first one's series stay, the second's new ones are joined")
  func twoRegistries() throws {
    let manual = ManualClock()
    let (first, second) = (
      Registry(createdSeries: true, clock: manual.clock), Registry(clock: manual.clock)
    )
    for (registry, value) in [(first, "1"), (second, "1"), (second, "2")] {
      try registry.counter("c_total", help: "", labels: ["x"]).labels(value).increment()
    }
    let exposition = Exposition()
    exposition.render(first, second, as: .openMetrics)
    #expect(
      String(decoding: exposition.bytes, as: UTF8.self) == """
        # TYPE c counter
        c_total{x="1"} 1
        c_created{x="1"} 1700000000.000
        c_total{x="2"} 1
        c_created{x="2"} 1700000000.000
        # EOF

        """)
    exposition.render(second, first, as: .text)
    #expect(
      String(decoding: exposition.bytes, as: UTF8.self).contains("c_total{x=\"1\"} 1\nc_total{x=\"2\"} 1\n"))
  }
}
