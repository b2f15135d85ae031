// Summaries: what is refused, the stated error, the sliding window by an injected clock, and many threads.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Summary")
struct SummaryTests {
  private static let hour = 3_600_000_000_000 as UInt64

  @Test(
    "Quantiles that are no ascending part of 0 to 1 are refused",
    arguments: [[-0.1], [1.1], [.nan], [0.5, 0.5], [0.9, 0.5], (0...32).map { Double($0) / 32 }] as [[Double]])
  func badQuantiles(_ quantiles: [Double]) {
    #expect(throws: MetricsError.invalidQuantiles(metric: "s")) {
      try Registry().summary("s", help: "", quantiles: quantiles)
    }
  }

  @Test(
    "Windows that are no time, or too long, are refused",
    arguments: [.zero, .seconds(-1), .milliseconds(999), .seconds(86_401), .seconds(Int64.max)] as [Duration])
  func badWindow(_ window: Duration) {
    #expect(throws: MetricsError.invalidWindow(metric: "s")) { try Registry().summary("s", help: "", window: window) }
  }

  @Test("A summary that disagrees with the one that is there is refused")
  func conflicts() throws {
    let registry = Registry()
    let summary = try registry.summary("s", help: "")
    #expect(try registry.summary("s", help: "") === summary)
    #expect(throws: MetricsError.conflict(metric: "s", differsIn: "set of quantiles")) {
      try registry.summary("s", help: "", quantiles: [0.5])
    }
    #expect(throws: MetricsError.conflict(metric: "s", differsIn: "window")) {
      try registry.summary("s", help: "", window: .seconds(60))
    }
    #expect(throws: MetricsError.reservedLabel(metric: "t", label: "quantile")) {
      try registry.summary("t", help: "", labels: ["quantile"])
    }
    #expect(throws: MetricsError.nameClash(metric: "s_count", with: "s", name: "s_count")) {
      try registry.counter("s_count", help: "")
    }
  }

  @Test(
    "What would let count or sum go down is ignored and counted",
    arguments: [-1, -.leastNonzeroMagnitude, .nan, .infinity, -.infinity] as [Double])
  func refused(_ value: Double) throws {
    let registry = Registry()
    let summary = try registry.summary("s", help: "")
    summary.observe(2)
    summary.observe(value)
    #expect(summary.snapshot.count == 1)
    #expect(summary.snapshot.sum == 2)
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.contains("vitals_metrics_ignored_values_total{family=\"s\"} 1\n"))
  }

  @Test("A sum past the largest double is refused, and stays")
  func overflow() throws {
    let summary = try Registry().summary("s", help: "")
    summary.observe(1e308)
    summary.observe(1e308)
    #expect(summary.snapshot.sum == 1e308)
    #expect(summary.snapshot.count == 1)
  }

  @Test("Without an observation the quantiles are NaN")
  func empty() throws {
    let snapshot = try Registry().summary("s", help: "").snapshot
    #expect(snapshot.quantiles.map(\.quantile) == [0.5, 0.9, 0.99])
    #expect(snapshot.quantiles.allSatisfy { $0.value.isNaN })
    #expect(snapshot.count == 0 && snapshot.sum == 0)
  }

  @Test(
    "The ends of the range",
    arguments: [
      (0, 0), (-0.0, 0), (.leastNonzeroMagnitude, 0), (0x1p-30.nextDown, 0), (0x1p-30, 0x1p-30),
      (0x1p50.nextDown, 0x1p50), (0x1p50, 0x1p50), (1e300, 0x1p50),
    ] as [(Double, Double)])
  func ends(_ value: Double, _ expected: Double) throws {
    let summary = try Registry().summary("s", help: "", quantiles: [0, 1])
    summary.observe(value)
    for quantile in summary.snapshot.quantiles { #expect(abs(quantile.value - expected) <= 0.01 * expected) }
  }

  @Test("Every bucket's value is within 1/129 of all its values, and its place is where its value falls")
  func buckets() {
    #expect(SummaryBuckets.count == 5_120)
    for place in 0..<SummaryBuckets.count {
      let value = SummaryBuckets.value(at: place)
      #expect(SummaryBuckets.place(of: value) == place)
      #expect(SummaryBuckets.place(of: value / (1 + 1.001 / 129)) != place)
      if place < SummaryBuckets.count - 1 { #expect(SummaryBuckets.place(of: value / (1 - 1.001 / 129)) != place) }
    }
  }

  @Test("Quantiles are within 1 % of the exact ones", arguments: 0..<8 as Range<UInt64>)
  func error(_ seed: UInt64) throws {
    var generator = SeededNumbers(state: seed)
    let quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1]
    let summary = try Registry().summary("s", help: "", quantiles: quantiles)
    var values: [Double] = []
    for _ in 0..<Int.random(in: 1...5_000, using: &generator) {
      // From nanoseconds to hours, evenly over the magnitudes.
      var value = Double.random(in: 1...2, using: &generator)
      let doublings = Int.random(in: -29...12, using: &generator)
      for _ in 0..<abs(doublings) { value *= doublings < 0 ? 0.5 : 2 }
      values.append(value)
      summary.observe(value)
    }
    values.sort()
    for quantile in summary.snapshot.quantiles {
      let rank = max(1, Int((quantile.quantile * Double(values.count)).rounded(.up)))
      let exact = values[rank - 1]
      #expect(abs(quantile.value - exact) <= 0.01 * exact)
    }
  }

  @Test("The window moves on by fifths, whether somebody reads or not, and count and sum stay")
  func sliding() throws {
    let manual = ManualClock()
    let summary = try Registry(clock: manual.clock).summary("s", help: "", quantiles: [0.5], window: .seconds(50))
    func median() -> Double { summary.snapshot.quantiles[0].value }
    summary.observe(1)
    manual.advance(9.9)
    #expect(abs(median() - 1) < 0.01)
    // No reading in between: the observation itself moves the window on.
    manual.advance(30)
    for _ in 0..<2 { summary.observe(100) }
    #expect(abs(median() - 100) < 1)
    manual.advance(10)
    for _ in 0..<4 { summary.observe(7) }
    manual.advance(10)
    #expect(abs(median() - 7) < 0.07)
    manual.advance(19.9)
    #expect(abs(median() - 7) < 0.07)
    manual.advance(0.2 + 10)
    #expect(median().isNaN)
    #expect(summary.snapshot.count == 7)
    #expect(summary.snapshot.sum == 229)
    summary.observe(3)
    #expect(abs(median() - 3) < 0.03)
    manual.advance(1e6)
    #expect(median().isNaN)
  }

  @Test("An observation is never seen past the window's length, and always for four fifths of it", arguments: 0..<50)
  func lifetime(_ tenths: Int) throws {
    let manual = ManualClock()
    let summary = try Registry(clock: manual.clock).summary("s", help: "", quantiles: [0.5], window: .seconds(5))
    manual.advance(Double(tenths) / 10)
    summary.observe(1)
    manual.advance(3.999)
    #expect(!summary.snapshot.quantiles[0].value.isNaN)
    manual.advance(1.001)
    #expect(summary.snapshot.quantiles[0].value.isNaN)
  }

  @Test("A clock that goes backwards, and one at its end, do no harm", arguments: [0, Self.hour, .max] as [UInt64])
  func strangeClock(_ moment: UInt64) throws {
    let now = Locked(Self.hour)
    let clock = MetricsClock(unixSeconds: { 0 }, steadyNanoseconds: { now.withLock { $0 } })
    let summary = try Registry(clock: clock).summary("s", help: "")
    for time in [moment, 0, .max, moment, Self.hour] {
      now.withLock { $0 = time }
      summary.observe(1)
      _ = summary.snapshot
    }
    #expect(summary.snapshot.count == 5)
  }

  @Test("Both formats, whole")
  func golden() throws {
    let manual = ManualClock()
    let registry = Registry(createdSeries: true, clock: manual.clock)
    let summaries = try registry.summary("wait_seconds", help: "Waiting.", unit: "seconds", labels: ["queue"])
    try summaries.labels("a").observe(0)
    manual.advance(1.5)
    _ = try summaries.labels("b")
    #expect(
      String(decoding: registry.exposition(), as: UTF8.self) == """
        # HELP wait_seconds Waiting.
        # TYPE wait_seconds summary
        wait_seconds{queue="a",quantile="0.5"} 0
        wait_seconds{queue="a",quantile="0.9"} 0
        wait_seconds{queue="a",quantile="0.99"} 0
        wait_seconds_sum{queue="a"} 0
        wait_seconds_count{queue="a"} 1
        wait_seconds{queue="b",quantile="0.5"} NaN
        wait_seconds{queue="b",quantile="0.9"} NaN
        wait_seconds{queue="b",quantile="0.99"} NaN
        wait_seconds_sum{queue="b"} 0
        wait_seconds_count{queue="b"} 0

        """)
    #expect(
      String(decoding: registry.exposition(.openMetrics), as: UTF8.self) == """
        # TYPE wait_seconds summary
        # UNIT wait_seconds seconds
        # HELP wait_seconds Waiting.
        wait_seconds{queue="a",quantile="0.5"} 0.0
        wait_seconds{queue="a",quantile="0.9"} 0.0
        wait_seconds{queue="a",quantile="0.99"} 0.0
        wait_seconds_sum{queue="a"} 0.0
        wait_seconds_count{queue="a"} 1
        wait_seconds_created{queue="a"} 1700000000.000
        wait_seconds{queue="b",quantile="0.5"} NaN
        wait_seconds{queue="b",quantile="0.9"} NaN
        wait_seconds{queue="b",quantile="0.99"} NaN
        wait_seconds_sum{queue="b"} 0.0
        wait_seconds_count{queue="b"} 0
        wait_seconds_created{queue="b"} 1700000001.500
        # EOF

        """)
  }

  @Test("No observation is lost between threads, while the window moves and readers read")
  func concurrency() async throws {
    let manual = ManualClock()
    let summary = try Registry(clock: manual.clock).summary("s", help: "", window: .seconds(5))
    let rounds = 2_000
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<rounds {
            summary.observe(Double(task + 1))
            if round % 50 == 0 { manual.advance(0.1) }
          }
          return true
        }
      }
      group.addTask {
        var last = (count: 0 as UInt64, sum: 0.0)
        for _ in 0..<100 {
          let now = summary.snapshot
          let values = now.quantiles.map(\.value).filter { !$0.isNaN }
          if now.count < last.count || now.sum < last.sum || !values.allSatisfy({ 0.99...4.04 ~= $0 }) { return false }
          last = (now.count, now.sum)
        }
        return true
      }
      for await isRight in group { #expect(isRight) }
    }
    #expect(summary.snapshot.count == UInt64(4 * rounds))
    #expect(summary.snapshot.sum == Double(10 * rounds))
  }

  @Test("The cells of a summary that is gone are given out again, empty")
  func cellsComeBack() throws {
    let family = try Registry().summary("s", help: "", labels: ["x"])
    for round in 0..<50 {
      let summary = try family.labels("\(round)")
      summary.observe(1)
      #expect(summary.snapshot.count == 1)
      try family.remove("\(round)")
    }
  }
}
