// Metrics, callbacks and collectors that end as a whole.
// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import VitalsMetrics

@Suite("Unregistering")
struct UnregisterTests {
  private func lines(_ registry: Registry) -> [String] {
    String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
  }

  @Test(
    "What is not there is told, and nothing else goes",
    arguments: ["", "b", "a_total ", "a_bucket", "vitals_metrics_folded_total", "p_h", "g\u{e9}"])
  func unknown(_ name: String) throws {
    let registry = Registry(names: .utf8, prefix: "p_")
    _ = try registry.counter("a_total", help: "")
    _ = try registry.histogram("h", help: "", buckets: .explicit([1]))
    try registry.gauge("ge\u{301}", help: "") { 1 }
    let before = lines(registry)
    #expect(!registry.unregister(name))
    #expect(lines(registry) == before && before.count == 6)
    #expect(throws: MetricsError.self) { _ = try registry.counter("h_count", help: "") }
  }

  @Test("A metric goes with all its names, and the next of the name may be another kind")
  func metric() throws {
    let registry = Registry(prefix: "p_")
    let old = try registry.histogram("a", help: "", buckets: .explicit([1]), labels: ["x"])
    try old.labels("1").observe(1)
    #expect(registry.unregister("a"))
    #expect(!registry.unregister("a"))
    #expect(lines(registry) == [])
    try registry.counter("a_count", help: "").increment()
    try registry.gauge("a", help: "").set(2)
    try old.labels("1").observe(1)
    #expect(lines(registry) == ["p_a 2", "p_a_count 1"])
  }

  @Test("The room of its series is free again, and its handles take none of it")
  func room() throws {
    let registry = Registry(limits: MetricsLimits(series: 2))
    let told = Mutex<[String]>([])
    registry.onOverflow { metric, _ in told.withLock { $0.append(metric) } }
    let old = try registry.counter("a_total", help: "", labels: ["x"])
    for value in ["1", "2"] { try old.labels(value).increment() }
    #expect(registry.unregister("a_total"))
    for value in ["1", "3", "4"] { try old.labels(value).increment() }
    let new = try registry.counter("a_total", help: "", labels: ["x"])
    for value in ["5", "6"] { try new.labels(value).increment() }
    #expect(lines(registry) == [#"a_total{x="5"} 1"#, #"a_total{x="6"} 1"#])
    #expect(told.withLock { $0 } == [])
  }

  private final class Pool: Sendable {
    let size = 7.0
  }

  @Test("A callback is let go of and not called any more")
  func callback() throws {
    let registry = Registry()
    weak var gone: Pool?
    do {
      let pool = Pool()
      gone = pool
      try registry.gauge("pool", help: "") { pool.size }
      #expect(lines(registry) == ["pool 7"])
    }
    #expect(gone != nil)
    #expect(registry.unregister("pool"))
    #expect(gone == nil)
    try registry.gauge("pool", help: "").set(1)
    #expect(lines(registry) == ["pool 1"])
  }

  @Test("All collectors of a name go, those without one stay")
  func collectors() {
    let registry = Registry(prefix: "p_")
    for name in ["db", "cache", "db"] {
      registry.register(name: name, timeLimit: nil) { _ in throw CancellationError() }
    }
    registry.register(ProcessCollector(proc: "/none"))
    #expect(lines(registry).count == 4)
    #expect(registry.unregister("db"))
    #expect(lines(registry).allSatisfy { $0.contains("cache") })
    #expect(!registry.unregister("p_cache"))
    #expect(registry.unregister("cache"))
    #expect(lines(registry) == [])
  }

  @Test("Threads may register, count, scrape and unregister at once")
  func atOnce() async throws {
    let registry = Registry(limits: MetricsLimits(series: 50))
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<300 {
            let family = try? registry.counter("a_total", help: "", labels: ["x"])
            for value in 0..<5 { (try? family?.labels("\(task) \(round) \(value)"))?.increment() }
            if round % 3 == 0 { _ = registry.exposition() }
            registry.unregister("a_total")
          }
        }
      }
    }
    #expect(lines(registry) == [])
    // All room was given back.
    let family = try registry.gauge("b", help: "", labels: ["x"])
    for value in 0..<50 { try family.labels("\(value)").set(1) }
    #expect(lines(registry).count == 50 && family.folded.value == 0)
  }
}
