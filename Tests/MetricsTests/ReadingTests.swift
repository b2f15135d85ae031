// Reading a registry in its own process: look-ups, what changed between two readings, quantiles and sums of histograms.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Reading in process")
struct ReadingTests {
  private struct Fixed: Collector {
    let family: MetricFamily
    let value: SeriesSnapshot.Value
    var created: Double?
    func collect(into sink: any SampleSink) {
      sink.family(family)
      switch value {
      case .number(let number): sink.sample(.empty, number, SampleDetails(created: created))
      case .histogram(let histogram): sink.histogram(.empty, histogram)
      case .summary(let summary): sink.summary(.empty, summary)
      }
    }
  }

  private static func snapshot(
    _ type: MetricType, _ value: SeriesSnapshot.Value, created: Double? = nil
  ) -> RegistrySnapshot {
    let registry = Registry()
    registry.register(Fixed(family: MetricFamily("a", type, help: ""), value: value, created: created))
    return registry.snapshot()
  }

  @Test("What is not there is nil, and what is there is found by name and labels")
  func lookUp() throws {
    let registry = Registry(names: .utf8, constantLabels: [("zone", "a")])
    let requests = try registry.counter("http.requests_total", help: "h", labels: ["method", "status"])
    try requests.labels("GET", "200").increment(by: 3)
    try requests.labels("GET", "500").increment(by: 4)
    try requests.labels("PUT", "200").increment(by: 5)
    try registry.histogram("t_seconds", help: "").observe(1)
    let snapshot = registry.snapshot()
    #expect(snapshot["http.requests"] == nil && snapshot["http.requests_total"] == nil)
    #expect(snapshot["http.requests_total", ["method": "GET", "status": "200"]] == nil)
    #expect(snapshot["http.requests_total", ["method": "GET", "status": "200", "zone": "a"]] == 3)
    #expect(snapshot.total("http.requests_total", where: ["method": "GET"]) == 7)
    #expect(snapshot.total("http.requests_total", where: ["method": "GET", "path": ""]) == 7)
    #expect(snapshot.total("http.requests_total") == 12 && snapshot.total("none") == 0)
    #expect(snapshot["t_seconds", ["zone": "a"]] == nil)
    #expect(snapshot.histogram("t_seconds", ["zone": "a"])?.count == 1)
    #expect(snapshot.summary("t_seconds", ["zone": "a"]) == nil)
    #expect(snapshot.families.map(\.family.name) == ["http.requests_total", "t_seconds"])
  }

  @Test("A test can say what a call has counted")
  func diff() throws {
    let registry = Registry()
    let requests = try registry.counter("requests_total", help: "", labels: ["status"])
    let open = try registry.gauge("open", help: "")
    let time = try registry.histogram("t_seconds", help: "", buckets: .explicit([1, 2]))
    try requests.labels("200").increment(by: 41)
    open.set(5)
    time.observe(0.5)
    let before = registry.snapshot()
    try requests.labels("200").increment()
    try requests.labels("500").increment()
    open.subtract(2)
    time.observe(1.5)
    let counted = registry.snapshot() - before
    #expect(counted["requests_total", ["status": "200"]] == 1)
    #expect(counted["requests_total", ["status": "500"]] == 1)
    #expect(counted.total("requests_total") == 2)
    #expect(counted["open"] == -2)
    #expect(counted.histogram("t_seconds")?.counts == [0, 1, 0])
    #expect(counted.histogram("t_seconds")?.sum == 1.5)
    #expect((before - before).total("requests_total") == 0)
  }

  static let differences: [(MetricType, MetricValue, MetricValue, MetricValue)] = [
    (.counter, .unsigned(3), .unsigned(5), .unsigned(3)),
    (.counter, .double(0.5), .unsigned(5), .double(0.5)),
    (.counter, .unsigned(.max), .unsigned(.max - 1), .integer(1)),
    (.counter, .unsigned(.max), .unsigned(0), .unsigned(.max)),
    (.gauge, .integer(.min), .unsigned(.max), .double(-27_670_116_110_564_327_424)),
    (.gauge, .integer(2), .integer(5), .integer(-3)),
    (.gauge, .double(.infinity), .double(.infinity), .double(0)),
    (.unknown, .double(1.5), .integer(1), .double(0.5)),
    (.info, .integer(1), .integer(1), .integer(1)),
    (.stateSet, .integer(0), .integer(1), .integer(0)),
  ]

  @Test("Differences by type; a counter that fell has begun anew", arguments: differences)
  func difference(_ type: MetricType, _ now: MetricValue, _ before: MetricValue, _ expected: MetricValue) {
    let change = Self.snapshot(type, .number(now)) - Self.snapshot(type, .number(before))
    #expect(change.series("a")?.value == .number(expected))
  }

  @Test("A series that says it began later counts from zero, and another type is another metric")
  func reborn() {
    let before = Self.snapshot(.counter, .number(.unsigned(3)), created: 100)
    #expect((Self.snapshot(.counter, .number(.unsigned(5)), created: 200) - before)["a"] == 5)
    #expect((Self.snapshot(.counter, .number(.unsigned(5)), created: 100) - before)["a"] == 2)
    #expect((Self.snapshot(.gauge, .number(.unsigned(5))) - before)["a"] == 5)
  }

  private static func histogram(_ bounds: [Double], _ counts: [UInt64], sum: Double = 0) -> HistogramSnapshot {
    HistogramSnapshot(upperBounds: bounds, counts: counts, sum: sum)
  }

  static let quantiles: [(HistogramSnapshot, Double, Double)] = [
    (histogram([1, 2], [0, 0, 0]), 0.5, .nan),
    (histogram([], [5]), 0.5, .nan),
    (histogram([1, 2], [1]), 0.5, .nan),
    (histogram([1, 2], [1, 1, 1]), .nan, .nan),
    (histogram([1, 2], [1, 1, 1]), -0.1, -.infinity),
    (histogram([1, 2], [1, 1, 1]), 1.1, .infinity),
    (histogram([1, 2], [0, 1, 0]), 0, .nan),
    (histogram([1, 2], [0, 0, 7]), 0.5, 2),
    (histogram([-1, 2], [4, 0, 0]), 0.5, -1),
    (histogram([-1, 1], [0, 4, 0]), 0.5, 0),
    (histogram([1, 2, 4], [10, 10, 20, 0]), 0.25, 1),
    (histogram([1, 2, 4], [10, 10, 20, 0]), 0.75, 3),
    (histogram([1, 2, 4], [10, 10, 20, 0]), 0.125, 0.5),
    (histogram([1, 2, 4], [10, 10, 20, 0]), 1, 4),
    (histogram([1, .infinity], [10, 10, 0]), 0.5, 1),
  ]

  @Test("Quantiles of classic buckets are those of histogram_quantile", arguments: quantiles)
  func quantile(_ histogram: HistogramSnapshot, _ quantile: Double, _ expected: Double) {
    let value = histogram.quantile(quantile)
    #expect(value == expected || (value.isNaN && expected.isNaN))
  }

  @Test("The mean, and merging over the bounds that both have")
  func merging() {
    #expect(Self.histogram([1], [0, 0]).mean.isNaN)
    let left = Self.histogram([1, 2, 4], [1, 2, 3, 4], sum: 30)
    #expect(left.mean == 3)
    #expect(left.merged(with: Self.histogram([1, 2, 4], [1, 1, 1, 1], sum: 4)).counts == [2, 3, 4, 5])
    let mixed = left.merged(with: Self.histogram([0.5, 2, 8], [1, 1, 1, 1], sum: 4))
    #expect(mixed.upperBounds == [2] && mixed.counts == [5, 9] && mixed.sum == 34 && mixed.count == 14)
    #expect(left.merged(with: Self.histogram([], [.max])).counts == [.max])
    #expect(Self.histogram([1, 2], [7]).merged(with: Self.histogram([1, 2], [1, 1, 1])).counts.count >= 1)
  }

  @Test("Histograms with other bounds, or a bucket that fell, have begun anew")
  func histogramResets() {
    let before = Self.snapshot(.histogram, .histogram(Self.histogram([1], [3, 3], sum: 6)))
    for after in [Self.histogram([2], [9, 9]), Self.histogram([1], [2, 9]), Self.histogram([1], [9])] {
      #expect((Self.snapshot(.histogram, .histogram(after)) - before).histogram("a") == after)
    }
    let grown = Self.snapshot(.histogram, .histogram(Self.histogram([1], [4, 3], sum: 7))) - before
    #expect(grown.histogram("a") == Self.histogram([1], [1, 0], sum: 1))
    let summary = SummarySnapshot(quantiles: [.init(0.5, 1)], count: 5, sum: 9)
    let later = SummarySnapshot(quantiles: [.init(0.5, 2)], count: 6, sum: 11)
    let change = Self.snapshot(.summary, .summary(later)) - Self.snapshot(.summary, .summary(summary))
    #expect(change.summary("a") == SummarySnapshot(quantiles: [.init(0.5, 2)], count: 1, sum: 2))
    let reset = Self.snapshot(.summary, .summary(summary)) - Self.snapshot(.summary, .summary(later))
    #expect(reset.summary("a") == summary)
  }
}
