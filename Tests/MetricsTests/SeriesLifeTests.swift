// How series end and make room: by hand, by expiry in a time that the test sets, and past the limits.
// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import VitalsMetrics

@Suite("Life of series")
struct SeriesLifeTests {
  private func lines(_ registry: Registry) -> [String] {
    String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
  }

  // MARK: Removal

  @Test("After the overflow series is removed, later values past the limit are seen in a new one")
  func removedOverflow() throws {
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 1))
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    for value in ["1", "2", "3"] { try family.labels(value).increment() }
    #expect(try family.remove("other"))
    try family.labels("4").increment()
    #expect(lines(registry).contains(#"a_total{x="other"} 1"#))
  }

  @Test("Room that removal made is used again, though the overflow series stays")
  func roomAgain() throws {
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 2))
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    for value in ["1", "2", "3"] { try family.labels(value).increment() }
    try family.remove("1")
    for value in ["4", "5"] { try family.labels(value).increment() }
    #expect(
      lines(registry) == [
        #"a_total{x="2"} 1"#, #"a_total{x="4"} 1"#, #"a_total{x="other"} 2"#,
        #"vitals_metrics_folded_total{family="a_total"} 2"#,
      ])
  }

  @Test("An old handle does no harm, and a series of the same labels begins at zero")
  func oldHandle() throws {
    let registry = Registry()
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    let old = try family.labels("1")
    old.increment(by: 7)
    #expect(try family.remove("1"))
    old.increment()
    try family.labels("1").increment()
    #expect(lines(registry) == [#"a_total{x="1"} 1"#])
    #expect(old.value == .unsigned(8))
  }

  struct Removal: Sendable {
    let pairs: [String: String]
    let left: [String]
  }

  @Test(
    "Removal by labels",
    arguments: [
      Removal(pairs: ["z": "1"], left: ["1 1", "1 2", "2 1", "2 2"]),
      Removal(pairs: ["x": "1", "z": "1"], left: ["1 1", "1 2", "2 1", "2 2"]),
      Removal(pairs: ["x": "3"], left: ["1 1", "1 2", "2 1", "2 2"]),
      Removal(pairs: ["x": "1"], left: ["2 1", "2 2"]),
      Removal(pairs: ["x": "1", "y": "2"], left: ["1 1", "2 1", "2 2"]),
      Removal(pairs: [:], left: []),
    ])
  func matching(_ removal: Removal) throws {
    let registry = Registry()
    let family = try registry.gauge("g", help: "", labels: ["x", "y"])
    for x in ["1", "2"] { for y in ["1", "2"] { try family.labels(x, y).set(1) } }
    #expect(lines(registry).count == 4)
    #expect(family.remove(matching: removal.pairs) == 4 - removal.left.count)
    #expect(lines(registry) == removal.left.map { #"g{x="\#($0.prefix(1))",y="\#($0.suffix(1))"} 1"# })
  }

  @Test("A condition may use the family, and what it throws comes out with nothing removed")
  func condition() throws {
    struct Failure: Error {}
    let family = try Registry().gauge("g", help: "", labels: ["x"])
    for value in 0..<10 { try family.labels("\(value)").set(1) }
    #expect(throws: Failure.self) { try family.removeAll { _ throws(Failure) in throw Failure() } }
    let count = family.removeAll { labels in
      _ = try? family.labels("again")
      return (labels["x"] ?? "") < "4"
    }
    #expect(count == 4)
  }

  @Test("The order stays right through many scrapes with series coming and going")
  func order() throws {
    let registry = Registry()
    let family = try registry.gauge("g", help: "", labels: ["x"])
    var generator = SystemRandomNumberGenerator()
    var model: Set<String> = []
    for round in 0..<2_000 {
      let value = "\(Int.random(in: 0..<200, using: &generator))"
      if Bool.random(using: &generator) {
        try family.labels(value).set(0)
        model.insert(value)
      } else {
        #expect(try family.remove(value) == (model.remove(value) != nil))
      }
      if round % 7 == 0 { #expect(lines(registry) == model.sorted().map { #"g{x="\#($0)"} 0"# }) }
    }
  }

  // MARK: Expiry

  @Test("A series that is used in any way stays; one that is not goes, is counted, and begins anew at zero")
  func expiry() throws {
    let time = ManualClock()
    let registry = Registry(clock: time.clock)
    let family = try registry.counter("a_total", help: "", labels: ["x"]).expire(after: .seconds(60))
    let held = try family.labels("held")
    for value in ["idle", "used"] { try family.labels(value).increment(by: 5) }
    for _ in 0..<4 {
      #expect(lines(registry).count == 3)
      time.advance(15)
      try family.labels("used").increment()
    }
    #expect(
      lines(registry) == [
        #"a_total{x="held"} 0"#, #"a_total{x="used"} 9"#, #"vitals_metrics_expired_total{family="a_total"} 1"#,
      ])
    held.increment()
    try family.labels("idle").increment()
    #expect(lines(registry).prefix(2) == [#"a_total{x="held"} 1"#, #"a_total{x="idle"} 1"#])
  }

  @Test("After a time without expiry, all series begin to wait anew")
  func expiryOffAndOn() throws {
    let time = ManualClock()
    let registry = Registry(clock: time.clock)
    let family = try registry.counter("a_total", help: "", labels: ["x"]).expire(after: .seconds(60))
    try family.labels("1").increment()
    #expect(lines(registry) == [#"a_total{x="1"} 1"#])
    time.advance(30)
    #expect(lines(registry) == [#"a_total{x="1"} 1"#])
    family.expire(after: nil)
    try family.labels("1").increment()
    time.advance(600)
    try family.labels("1").increment()
    family.expire(after: .seconds(60))
    #expect(lines(registry) == [#"a_total{x="1"} 3"#])
    time.advance(60)
    #expect(lines(registry) == [#"vitals_metrics_expired_total{family="a_total"} 1"#])
  }

  @Test("Asking for the expiry that there is does not keep series")
  func sameExpiry() throws {
    let time = ManualClock()
    let registry = Registry(clock: time.clock)
    let family = try registry.counter("a_total", help: "", labels: ["x"]).expire(after: .seconds(60))
    try family.labels("1").increment()
    for _ in 0..<5 {
      family.expire(after: .seconds(60))
      _ = lines(registry)
      time.advance(15)
    }
    #expect(lines(registry) == [#"vitals_metrics_expired_total{family="a_total"} 1"#])
  }

  @Test("A handle that was let go of lets its series expire, and its room is used again")
  func letGo() throws {
    let time = ManualClock()
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 1, series: 1), clock: time.clock)
    let family = try registry.gauge("g", help: "", labels: ["x"]).expire(after: .seconds(10))
    do {
      let held = try family.labels("a")
      for _ in 0..<9 {
        time.advance(10)
        #expect(lines(registry) == [#"g{x="a"} 0"#])
      }
      held.set(0)
    }
    time.advance(10)
    #expect(lines(registry) == [#"vitals_metrics_expired_total{family="g"} 1"#])
    try family.labels("b").set(2)
    #expect(lines(registry).first == #"g{x="b"} 2"#)
  }

  @Test("Neither the overflow series nor an instrument without labels expires, nor anything without a scrape")
  func neverExpires() throws {
    let time = ManualClock()
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 0), clock: time.clock)
    let family = try registry.counter("a_total", help: "", labels: ["x"]).expire(after: .seconds(1))
    try family.labels("a").increment()
    try registry.counter("b_total", help: "").increment()
    for _ in 0..<5 {
      time.advance(100)
      #expect(lines(registry).count == 3)
    }
  }

  @Test("Threads that look up while series expire at every scrape lose nothing")
  func expiryBesideUse() async throws {
    let time = ManualClock()
    let registry = Registry(clock: time.clock)
    let family = try registry.counter("a_total", help: "", labels: ["x"]).expire(after: .seconds(4))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          for round in 0..<20_000 { try? family.labels("\(round % 10)").increment() }
        }
      }
      group.addTask {
        // Slower than the look-ups: whatever is used is used between two sweeps.
        for _ in 0..<50 { _ = registry.exposition() }
      }
    }
    time.advance(1)
    let total = try (0..<10).reduce(0.0) { try $0 + family.labels("\($1)").value.asDouble }
    #expect(total == 60_000)
  }

  // MARK: Budgets

  @Test("The registry's budget is over all families, each with an overflow series of its own")
  func registryBudget() throws {
    let registry = Registry(limits: MetricsLimits(series: 3))
    let first = try registry.counter("a_total", help: "", labels: ["x"])
    let second = try registry.counter("b_total", help: "", labels: ["x"])
    try registry.counter("c_total", help: "").increment()
    for value in ["1", "2"] {
      try first.labels(value).increment()
      try second.labels(value).increment()
    }
    #expect(
      lines(registry) == [
        #"a_total{x="1"} 1"#, #"a_total{x="2"} 1"#, #"b_total{x="1"} 1"#, #"b_total{x="other"} 1"#, "c_total 1",
        #"vitals_metrics_folded_total{family="b_total"} 1"#,
      ])
    try first.remove("1")
    try second.labels("3").increment()
    #expect(lines(registry).contains(#"b_total{x="3"} 1"#))
  }

  @Test("A listener is told once for each metric, and may use the registry")
  func listener() throws {
    let told = Mutex<[String]>([])
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 1))
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    registry.onOverflow { metric, labels in
      told.withLock { $0.append("\(metric) \(labels["x"] ?? "")") }
      _ = try? family.labels("from the listener")
      _ = registry.exposition()
    }
    let other = try registry.gauge("g", help: "", labels: ["x"])
    for value in ["1", "2", "3"] {
      try family.labels(value).increment()
      try other.labels(value).set(1)
    }
    #expect(told.withLock { $0 } == ["a_total 2", "g 2"])
  }

  @Test("A million distinct values against a limit of 100: total exact, cells bounded")
  func attack() async throws {
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 100))
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    let each = 250_000
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<each { try? family.labels("\(task)-\(round)").increment() }
        }
      }
    }
    let total = family.table.withLock { $0.all }.reduce(0.0) { $0 + $1.child.value.asDouble }
    #expect(total == Double(4 * each))
    #expect(family.table.withLock { $0.all.count } == 101)
    #expect(family.folded.value == UInt64(4 * each - 100))
  }
}
