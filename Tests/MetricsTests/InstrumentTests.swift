// Counters, gauges, histograms and timers: refused values, exactness, and exact totals with many threads.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Instruments")
struct InstrumentTests {
  @Test("Negative and non-finite amounts are ignored and counted", arguments: [-1, -0.5, .nan, .infinity, -.infinity])
  func ignored(_ amount: Double) throws {
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "")
    counter.increment(by: 2)
    counter.increment(by: amount)
    #expect(counter.value == .unsigned(2))
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.contains(#"vitals_metrics_ignored_values_total{family="a_total"} 1"#))
  }

  @Test("A total past the largest double is refused and counted, and stays finite")
  func totalPastEveryDouble() throws {
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "")
    let histogram = try registry.histogram("b", help: "", buckets: .explicit([1]))
    for _ in 0..<2 {
      counter.increment(by: 1e308)
      histogram.observe(1e308)
    }
    #expect(counter.value == .double(1e308))
    #expect(histogram.snapshot == HistogramSnapshot(upperBounds: [1], counts: [0, 1], sum: 1e308))
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.contains("vitals_metrics_ignored_values_total{family=\"a_total\"} 1\n"))
    #expect(text.contains("vitals_metrics_ignored_values_total{family=\"b\"} 1\n"))
  }

  @Test("After a value below zero OpenMetrics has no sum and no count, also when the sum is above zero again")
  func negativeObservation() throws {
    let registry = Registry()
    let histogram = try registry.histogram("a", help: "", buckets: .explicit([1]))
    for value in [2, -5, 10] as [Double] { histogram.observe(value) }
    #expect(
      String(decoding: registry.exposition(.openMetrics), as: UTF8.self)
        == "# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 3\n# EOF\n")
    #expect(String(decoding: registry.exposition(), as: UTF8.self).contains("a_sum 7\na_count 3\n"))
  }

  @Test("A negative integer is ignored and counted, and one past 2^53 stays exact")
  func integers() throws {
    let ignored = AtomicCount()
    let counter = Counter(ignored: ignored)
    counter.increment(by: -3)
    #expect(ignored.value == 1)
    counter.increment(by: UInt64(1) << 60)
    counter.increment()
    #expect(counter.value == .unsigned((1 << 60) + 1))
  }

  @Test("Integers and doubles make one total")
  func mixed() {
    let counter = Counter(ignored: AtomicCount())
    counter.increment()
    counter.increment(by: 0.5)
    counter.increment(by: 2.0)
    #expect(counter.value == .double(3.5))
    let whole = Counter(ignored: AtomicCount())
    whole.increment(by: 3.0)
    #expect(whole.value == .unsigned(3))
    whole.increment(by: 0x1p60)
    #expect(whole.value.asDouble == 0x1p60 + 3)
  }

  @Test("A gauge is set, added to and taken from, and keeps what is no number")
  func gauge() {
    let gauge = Gauge()
    gauge.set(5)
    gauge.add()
    gauge.subtract(2.5)
    #expect(gauge.value == 3.5)
    gauge.set(-.infinity)
    #expect(gauge.value == -.infinity)
    gauge.set(.nan)
    #expect(gauge.value.isNaN)
  }

  @Test(
    "A value falls in the first bucket whose bound is not below it",
    arguments: [
      (-1, 0), (0, 0), (1, 0), (1.0000001, 1), (2, 1), (3, 2), (4, 2), (4.1, 3), (.greatestFiniteMagnitude, 3),
    ] as [(Double, Int)])
  func bucket(_ value: Double, _ bucket: Int) {
    let histogram = Histogram(bounds: BucketBounds(upperBounds: [1, 2, 4]), ignored: AtomicCount())
    histogram.observe(value)
    #expect(histogram.snapshot.counts == (0...3).map { $0 == bucket ? 1 : 0 })
    #expect(histogram.snapshot.sum == value)
  }

  @Test(
    "An observation that is not finite is ignored and counted", arguments: [.nan, .infinity, -.infinity] as [Double])
  func notFinite(_ value: Double) {
    let ignored = AtomicCount()
    let histogram = Histogram(bounds: BucketBounds(upperBounds: Buckets.default.upperBounds), ignored: ignored)
    histogram.observe(value)
    #expect(histogram.snapshot.count == 0)
    #expect(histogram.snapshot.sum == 0)
    #expect(ignored.value == 1)
  }

  @Test("Ladders of bounds")
  func ladders() {
    #expect(Buckets.linear(start: 1, width: 2, count: 3).upperBounds == [1, 3, 5])
    #expect(Buckets.exponential(start: 1, factor: 10, count: 3).upperBounds == [1, 10, 100])
    #expect(Buckets.explicit([1, .infinity]).upperBounds == [1])
    #expect(Buckets.default.areValid)
  }

  @Test("A timer observes seconds, also of work that throws")
  func timer() throws {
    struct Failure: Error {}
    let histogram = Histogram(bounds: BucketBounds(upperBounds: Buckets.default.upperBounds), ignored: AtomicCount())
    let start = ContinuousClock.now
    let timer = HistogramTimer(histogram, started: start)
    #expect(timer.stop(at: start.advanced(by: .milliseconds(1_500))) == 1.5)
    #expect(histogram.snapshot.sum == 1.5)
    #expect(histogram.time { 7 } == 7)
    #expect(throws: Failure.self) { try histogram.time { () throws(Failure) in throw Failure() } }
    histogram.startTimer().stop()
    #expect(histogram.snapshot.count == 4)
  }

  @MainActor @Test("Asynchronous work is timed where it runs, also when it throws")
  func asyncTimer() async throws {
    struct Failure: Error {}
    let histogram = try Registry().histogram("a", help: "")
    var runs = 0
    let answer = await histogram.time {
      runs += 1
      await Task.yield()
      return 7
    }
    #expect(answer == 7 && runs == 1)
    await #expect(throws: Failure.self) {
      try await histogram.time { () async throws(Failure) in
        await Task.yield()
        throw Failure()
      }
    }
    // Work that does not wait needs no `await`, in an asynchronous function neither.
    #expect(histogram.time { 8 } == 8)
    #expect(histogram.snapshot.count == 3)
  }

  @Test("No count is lost between many tasks, and no reading goes backwards")
  func concurrency() async throws {
    let registry = Registry()
    let tasks = 8
    let rounds = 2_000
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<tasks {
        group.addTask { (try? Self.work(registry, task: task, rounds: rounds)) != nil }
      }
      group.addTask {
        var last = 0.0
        for _ in 0..<50 {
          let now = (try? registry.counter("a_total", help: ""))?.value.asDouble ?? -1
          if now < last || registry.exposition(.openMetrics).isEmpty { return false }
          last = now
        }
        return true
      }
      for await isDone in group { #expect(isDone) }
    }
    let total = tasks * rounds
    #expect(try registry.counter("a_total", help: "").value == .double(Double(total) * 1.5))
    #expect(try registry.gauge("g", help: "").value == Double(total))
    let snapshot = try registry.histogram("h", help: "").snapshot
    #expect(snapshot.count == UInt64(total))
    #expect(snapshot.sum == Double(total) * 0.5)
    let family = try registry.counter("l_total", help: "", labels: ["x"])
    for value in 0..<10 { #expect(try family.labels("\(value)").value == .unsigned(UInt64(total / 10))) }
  }

  private static func work(_ registry: Registry, task: Int, rounds: Int) throws {
    for round in 0..<rounds {
      let counter = try registry.counter("a_total", help: "")
      counter.increment()
      counter.increment(by: 0.5)
      try registry.gauge("g", help: "").add()
      try registry.histogram("h", help: "").observe(0.5)
      try registry.counter("l_total", help: "", labels: ["x"]).labels("\(round % 10)").increment()
    }
  }
}
