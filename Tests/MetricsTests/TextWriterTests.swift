// Whole expositions as golden text, and how writer and registry work together.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Text writer")
struct TextWriterTests {
  @Test("Text 0.0.4, whole")
  func goldenText() throws {
    #expect(
      String(decoding: try Self.registry().exposition(.text), as: UTF8.self) == #"""
        # HELP depth_ratio A \\ "quoted"\nhelp.
        # TYPE depth_ratio gauge
        depth_ratio 1e+06
        # HELP hits Counter without suffix.
        # TYPE hits counter
        hits 0
        # HELP jobs_total Jobs.
        # TYPE jobs_total counter
        jobs_total{queue="a",state="ok"} 2
        jobs_total{queue="b"} 0.5
        # HELP wait_seconds Waiting.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="1e-05"} 0
        wait_seconds_bucket{le="1.0"} 2
        wait_seconds_bucket{le="+Inf"} 3
        wait_seconds_sum 4
        wait_seconds_count 3

        """#)
  }

  @Test("OpenMetrics 1.0, whole")
  func goldenOpenMetrics() throws {
    #expect(
      String(decoding: try Self.registry().exposition(.openMetrics), as: UTF8.self) == #"""
        # TYPE depth_ratio gauge
        # UNIT depth_ratio ratio
        # HELP depth_ratio A \\ \"quoted\"\nhelp.
        depth_ratio 1e+06
        # TYPE hits unknown
        # HELP hits Counter without suffix.
        hits 0
        # TYPE jobs counter
        # HELP jobs Jobs.
        jobs_total{queue="a",state="ok"} 2
        jobs_total{queue="b"} 0.5
        # TYPE wait_seconds histogram
        # UNIT wait_seconds seconds
        # HELP wait_seconds Waiting.
        wait_seconds_bucket{le="1e-05"} 0
        wait_seconds_bucket{le="1.0"} 2
        wait_seconds_bucket{le="+Inf"} 3
        wait_seconds_sum 4.0
        wait_seconds_count 3
        # EOF

        """#)
  }

  private static func registry() throws -> Registry {
    let registry = Registry()
    let wait = try registry.histogram(
      "wait_seconds", help: "Waiting.", unit: "seconds", buckets: .explicit([0.00001, 1, .infinity]))
    for value in [0.5, 0.5, 3] { wait.observe(value) }
    let jobs = try registry.counter("jobs_total", help: "Jobs.", labels: ["queue", "state"])
    try jobs.labels("b", "").increment(by: 0.5)
    try jobs.labels("a", "ok").increment(by: 2)
    _ = try registry.counter("empty_total", help: "No child yet.", labels: ["a"])
    try registry.gauge("depth_ratio", help: "A \\ \"quoted\"\nhelp.", unit: "ratio").set(1_000_000)
    _ = try registry.counter("hits", help: "Counter without suffix.")
    return registry
  }

  @Test("A finished writer starts anew")
  func reuse() {
    let writer = TextWriter(format: .openMetrics)
    for _ in 0..<2 {
      writer.family(MetricFamily("a_total", .counter, help: ""))
      writer.sample(.empty, .integer(1))
      #expect(String(decoding: writer.finish(), as: UTF8.self) == "# TYPE a counter\na_total 1\n# EOF\n")
    }
    #expect(writer.dropped.duplicates + writer.dropped.invalid == 0)
  }

  @Test("Collectors are joined, and what a scrape dropped is counted in the next")
  func collectors() throws {
    struct Fixed: Collector {
      func collect(into sink: any SampleSink) {
        sink.family(MetricFamily("a", .gauge, help: "A."))
        sink.sample(.empty, .integer(9))
        sink.sample(LabelSet([("x", "1")]), .integer(2))
      }
    }
    let registry = Registry()
    try registry.gauge("a", help: "A.").set(1)
    try registry.gauge("b", help: "B.").set(1)
    registry.register(Fixed())
    let first = "# HELP a A.\n# TYPE a gauge\na 1\na{x=\"1\"} 2\n# HELP b B.\n# TYPE b gauge\nb 1\n"
    #expect(String(decoding: registry.exposition(), as: UTF8.self) == first)
    let second = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(second.contains("vitals_metrics_dropped_samples_total{reason=\"duplicate\"} 1\n"))
  }

  @Test("Registries that collect each other, or themselves, come to an end, and add up what they refused")
  func nestedRegistries() throws {
    let (outer, inner) = (Registry(), Registry())
    for registry in [outer, inner] {
      try registry.counter("a_total", help: "").increment(by: -1)
      registry.register(outer)
      registry.register(inner)
    }
    let text = String(decoding: outer.exposition(), as: UTF8.self)
    #expect(text.contains("vitals_metrics_ignored_values_total{family=\"a_total\"} 2\n"))
    #expect(text.contains("\na_total 0\n"))
  }
}
