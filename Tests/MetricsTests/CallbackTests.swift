// Callbacks and collectors that fail, hang, come back to themselves or are asked twice at once.
// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization
import Testing

@testable import VitalsMetrics

@Suite("Callbacks and collectors", .serialized)
struct CallbackTests {
  private struct Failure: Error {}
  fileprivate static let half = MetricFamily("half", .gauge, help: "")

  private func lines(_ registry: Registry, within limit: Duration? = nil) -> [String] {
    let exposition = Exposition()
    exposition.render(registry, within: limit)
    return String(decoding: exposition.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
  }

  // MARK: What is refused

  @Test("A callback's name is checked like any other")
  func names() throws {
    let registry = Registry()
    try registry.gauge("a", help: "") { 1 }
    #expect(throws: MetricsError.invalidName("a b")) { try registry.gauge("a b", help: "") { 1 } }
    #expect(throws: MetricsError.conflict(metric: "a", differsIn: "closure")) {
      try registry.gauge("a", help: "") { 2 }
    }
    #expect(throws: MetricsError.conflict(metric: "a", differsIn: "kind")) { _ = try registry.gauge("a", help: "") }
    #expect(throws: MetricsError.nameClash(metric: "a_total", with: "a", name: "a")) {
      try registry.counter("a_total", help: "") { .integer(1) }
    }
    _ = try registry.gauge("b", help: "", labels: ["x"])
    #expect(throws: MetricsError.conflict(metric: "b", differsIn: "kind")) { try registry.gauge("b", help: "") { 1 } }
    let own = "vitals_metrics_folded_total"
    #expect(throws: MetricsError.conflict(metric: own, differsIn: "kind")) {
      try registry.counter(own, help: "") { .integer(1) }
    }
    #expect(lines(registry) == ["a 1"])
  }

  @Test("A callback's name, too, may not become another metric's where names are escaped")
  func escapedNames() throws {
    let registry = Registry(names: .utf8)
    try registry.gauge("a.b", help: "") { 1 }
    #expect(throws: MetricsError.nameClash(metric: "a_b", with: "a.b", name: "a_b")) {
      _ = try registry.gauge("a_b", help: "")
    }
    #expect(throws: MetricsError.nameClash(metric: "a-b", with: "a.b", name: "a_b")) {
      try registry.gauge("a-b", help: "") { 2 }
    }
    let apart = Registry(names: .utf8Only)
    // Swift calls these two equal, a scraper does not.
    try apart.gauge("\u{e9}", help: "") { 1 }
    try apart.gauge("e\u{301}", help: "") { 2 }
    let text = String(decoding: apart.exposition(.text.escaping(.allowUTF8)), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 4)
  }

  // MARK: Failures

  @Test("One that throws has no samples, not half of them; the rest of the scrape stands", arguments: [nil, 60])
  func throwing(_ seconds: Int?) throws {
    let registry = Registry()
    let isBroken = Mutex(true)
    let limit = seconds.map { Duration.seconds($0) }
    registry.register(name: "c", timeLimit: limit) { sink in
      sink.family(Self.half)
      sink.sample(.empty, 1)
      if isBroken.withLock({ $0 }) { throw Failure() }
    }
    try registry.gauge("g", help: "", timeLimit: limit) { throw Failure() }
    try registry.gauge("none", help: "", timeLimit: limit) { nil }
    try registry.counter("t_total", help: "", timeLimit: limit) { .unsigned(7) }
    #expect(
      lines(registry) == [
        "t_total 7", #"vitals_metrics_collector_up{collector="c"} 0"#, #"vitals_metrics_collector_up{collector="g"} 0"#,
        #"vitals_metrics_collector_failures_total{collector="c",reason="error"} 1"#,
        #"vitals_metrics_collector_failures_total{collector="g",reason="error"} 1"#,
      ])
    isBroken.withLock { $0 = false }
    let text = lines(registry)
    #expect(text.prefix(2) == ["half 1", "t_total 7"])
    #expect(text.contains(#"vitals_metrics_collector_up{collector="c"} 1"#))
  }

  @Test("Each collection has what is true when it begins, however soon it follows another")
  func fresh() throws {
    let registry = Registry()
    let value = Mutex(0)
    try registry.gauge("g", help: "", timeLimit: .seconds(60)) { Double(value.withLock { $0 }) }
    for now in 0..<2_000 {
      value.withLock { $0 = now }
      try #require(lines(registry).first == "g \(now)")
    }
  }

  @Test("A late one is left behind, not called again until it returns, and then asked anew")
  func late() {
    let registry = Registry()
    let mayReturn = DispatchSemaphore(value: 0)
    let hasReturned = DispatchSemaphore(value: 0)
    let calls = Mutex(0)
    registry.register(name: "slow", timeLimit: .seconds(60)) { sink in
      let call = calls.withLock {
        $0 += 1
        return $0
      }
      if call == 1 {
        mayReturn.wait()
        hasReturned.signal()
      }
      sink.family(Self.half)
      sink.sample(.empty, Double(call))
    }
    // The scraper's limit is shorter than the collector's.
    for scrape in 1...3 {
      #expect(
        lines(registry, within: .zero) == [
          #"vitals_metrics_collector_up{collector="slow"} 0"#,
          #"vitals_metrics_collector_failures_total{collector="slow",reason="late"} \#(scrape)"#,
        ])
    }
    mayReturn.signal()
    hasReturned.wait()
    var text = lines(registry)
    while text.first?.hasPrefix("half") != true { text = lines(registry) }
    #expect(text.first == "half 2")
    #expect(calls.withLock { $0 } == 2)
  }

  @Test("When every helper thread is kept by a late one, further ones are late too and nothing hangs")
  func exhausted() throws {
    let registry = Registry()
    let mayReturn = DispatchSemaphore(value: 0)
    let isDone = DispatchSemaphore(value: 0)
    let count = MetricsLimits.helperThreads + 3
    for number in 0..<count {
      try registry.gauge("g\(number)", help: "", timeLimit: .seconds(60)) {
        mayReturn.wait()
        isDone.signal()
        return 1
      }
    }
    try registry.gauge("quick", help: "") { 2 }
    for _ in 0..<2 { #expect(lines(registry, within: .zero).filter { $0.hasPrefix("quick") } == ["quick 2"]) }
    for _ in 0..<count { mayReturn.signal() }
    for _ in 0..<count { isDone.wait() }
    for _ in 0..<count { mayReturn.signal() }
    var text: [String] = []
    repeat {
      text = lines(registry)
      for _ in 0..<count { mayReturn.signal() }
    } while text.filter { $0.hasPrefix("g") }.count < count
  }

  // MARK: Sharing and coming back

  @Test("Scrapes at once share one call", arguments: [nil, 60])
  func shared(_ seconds: Int?) async {
    let registry = Registry()
    let running = Mutex(0)
    let most = Mutex(0)
    registry.register(name: "c", timeLimit: seconds.map { .seconds($0) }) { sink in
      let now = running.withLock {
        $0 += 1
        return $0
      }
      most.withLock { $0 = max($0, now) }
      sink.family(Self.half)
      for value in 0..<100 { sink.sample(LabelSet([("x", "\(value)")]), 1) }
      running.withLock { $0 -= 1 }
    }
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<50).allSatisfy { _ in self.lines(registry).count == 100 } }
      }
      for await isWhole in group { #expect(isWhole) }
    }
    #expect(most.withLock { $0 } == 1)
  }

  @Test("One that registers, counts and scrapes while it is asked gets no deadlock", arguments: [nil, 60])
  func reentrant(_ seconds: Int?) throws {
    let registry = Registry()
    let limit = seconds.map { Duration.seconds($0) }
    registry.register(name: "c", timeLimit: limit) { sink in
      try registry.counter("made_total", help: "").increment()
      try registry.counter("by_label_total", help: "", labels: ["x"]).labels("1").increment()
      sink.family(Self.half)
      sink.sample(.empty, Double(registry.exposition().count > 0 ? 1 : 0))
    }
    #expect(lines(registry).contains("half 1"))
    #expect(try registry.counter("made_total", help: "").value == .unsigned(1))
  }

  @Test("A collector without a name that scrapes its own registry is passed over in there")
  func scrapesItself() {
    struct Scraper: Collector, Sendable {
      let registries: [Registry]
      func collect(into sink: any SampleSink) {
        let sizes = registries.map { $0.exposition().count }
        sink.family(CallbackTests.half)
        sink.sample(.empty, Double(sizes.reduce(0, +)))
      }
    }
    let (registry, other) = (Registry(), Registry())
    registry.register(Scraper(registries: [registry, other]))
    other.register(Scraper(registries: [registry]))
    for _ in 0..<2 { #expect(lines(registry).count == 1) }
    #expect(lines(other).count == 1)
  }

  @Test("A sink that registers and counts while it is written to gets no deadlock")
  func reentrantSink() throws {
    final class Sink: SampleSink {
      let registry: Registry
      var samples = 0
      init(_ registry: Registry) { self.registry = registry }
      func family(_ family: MetricFamily) { _ = try? registry.counter("by_sink_total", help: "") }
      func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
        samples += 1
        try? registry.counter("l_total", help: "", labels: ["x"]).labels("\(samples)").increment()
      }
      func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {}
      func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {}
    }
    let registry = Registry()
    try registry.counter("a_total", help: "").increment()
    let sink = Sink(registry)
    for _ in 0..<3 { registry.collect(into: sink) }
    #expect(sink.samples >= 3)
  }

  @Test(
    "The scraper's header",
    arguments: [
      (nil, nil), ("", nil), ("x", nil), ("0", nil), ("-1", nil), ("nan", nil), ("inf", nil), ("1e999", nil),
      ("10", .seconds(9)), ("0.5", .seconds(0.45)), ("1e300", .seconds(3_240)),
    ] as [(String?, Duration?)])
  func header(_ header: String?, _ expected: Duration?) {
    #expect(ScrapeTimeLimit.duration(header: header) == expected)
  }
}
