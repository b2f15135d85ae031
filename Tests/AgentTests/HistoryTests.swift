import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("History") struct HistoryTests {
  /// A history fed with one value a second; nil is a tick without a sample.
  private func history(_ values: [Double?], name: String = "x_total") -> History {
    let history = History()
    for (second, value) in values.enumerated() {
      history.begin(at: Moment(boot: UInt64(second) * 1_000_000_000, real: 0))
      history.family(MetricFamily(name, .counter, help: "A counter."))
      if let value { history.sample(.empty, value) }
      history.end()
    }
    return history
  }

  @Test(
    "A rate counts resets, bridges gaps and is unknown with fewer than two samples",
    arguments: [
      ([nil], nil), ([5], nil), ([nil, 5], nil), ([5, nil, nil], nil),
      ([0, 10, 20, 30], 10), ([0, nil, nil, 30], 10), ([100, 110, 5, 15], 25.0 / 3), ([7, 7, 7], 0),
    ] as [([Double?], Double?)])
  func rate(_ values: [Double?], _ expected: Double?) throws {
    #expect(history(values).series("x_total").first?.rate(seconds: 60) == expected)
  }

  @Test("A rate looks back no further than asked")
  func window() throws {
    let view = try #require(history([0, 1_000, 1_001, 1_002]).series("x_total").first)
    #expect(view.rate(seconds: 2) == 1)
    #expect(view.rate(endingAt: 1, seconds: 2) == 1_000)
  }

  @Test("A counter whose input is sampled seldom has its rate and its place between the samples, until it ends")
  func seldom() throws {
    final class Steady: Collector {
      var value = 0.0
      func collect(into sink: any SampleSink) {
        sink.family(MetricFamily("x_total", .counter, help: "A counter."))
        sink.sample(.empty, value)
      }
    }
    let (history, steady) = (History(), Steady())
    func pass(_ seconds: Range<Int>, isThere: Bool = true) {
      for second in seconds {
        history.begin(at: Moment(boot: UInt64(second) * 1_000_000_000, real: 0))
        if second % 8 == 0 { steady.value = Double(second) * 2 }
        if isThere { history.take(steady, countsFromZero: false, isStale: second % 8 != 0) }
        history.end()
      }
    }
    pass(0..<24)
    let view = try #require(history.series("x_total").first)
    #expect(view.isCurrent && view.rate(seconds: 5) == 2)
    #expect(view.value(at: 16) == 32 && view.value(at: 17) == nil && view.latest == nil)
    pass(24..<26, isThere: false)
    #expect(!view.isCurrent && view.rate(seconds: 5) == nil)
  }

  @Test("A late tick makes no spike")
  func lateTick() throws {
    let history = History()
    for (seconds, value) in [(0.0, 0.0), (1, 10), (6, 60)] {
      history.begin(at: Moment(boot: UInt64(seconds * 1e9), real: 0))
      history.family(MetricFamily("x_total", .counter, help: "A counter."))
      history.sample(.empty, value)
      history.end()
    }
    #expect(try #require(history.series("x_total").first).rate(seconds: 60) == 10)
  }

  @Test("A value that stopped coming is not the present one")
  func stale() throws {
    let fresh = try #require(history([1, 2, nil, nil]).series("x_total").first)
    #expect(fresh.latest == 2)
    let stale = try #require(history([1, 2, nil, nil, nil, nil, nil]).series("x_total").first)
    #expect(stale.latest == nil)
  }

  @Test("The ring keeps its span and reads right after it has turned over")
  func ring() throws {
    let count = Limits.historyTicks * 2 + 17
    let history = history((0..<count).map { $0 % 7 == 3 ? nil : Double($0) })
    let view = try #require(history.series("x_total").first)
    #expect(history.span == count - Limits.historyTicks..<count)
    for tick in history.span { #expect(view.value(at: tick) == (tick % 7 == 3 ? nil : Double(tick))) }
    #expect(view.value(at: history.span.lowerBound - 1) == nil)
    #expect(view.value(at: count) == nil)
  }

  @Test("A series that has been silent for the whole span is forgotten, and its place is used again")
  func forgets() {
    let ticks = Limits.historyTicks + Limits.historySweepTicks * 2
    let history = history([1] + Array(repeating: nil, count: ticks))
    #expect(history.series("x_total").isEmpty)
    history.begin(at: Moment(boot: UInt64(ticks + 1) * 1_000_000_000, real: 0))
    history.family(MetricFamily("y_total", .counter, help: "Another."))
    history.sample(.empty, 3.0)
    #expect(history.series("y_total").first?.latest == 3)
  }

  @Test("Series past the limit are dropped and counted")
  func limit() {
    let history = History()
    history.begin(at: Moment(boot: 0, real: 0))
    history.family(MetricFamily("x", .gauge, help: "A gauge."))
    for number in 0..<Limits.historySeries + 5 { history.sample(LabelSet([("n", String(number))]), 1.0) }
    let text = TextWriter(format: .text)
    history.selfMetrics.collect(into: text)
    let lines = String(decoding: text.finish(), as: UTF8.self)
    #expect(lines.contains("vitals_history_dropped_samples_total 5\n"))
    #expect(lines.contains("vitals_history_series \(Limits.historySeries)\n"))
  }

  /// What a history says of itself.
  private func own(_ history: History, _ name: String) -> Double? { RecordingSink.of(history.selfMetrics)[name] }

  /// A tick with one sample of each of these series.
  private func tick(_ history: History, _ second: Int, _ numbers: some Sequence<Int>) {
    history.begin(at: Moment(boot: UInt64(second) * 1_000_000_000, real: 0))
    history.family(MetricFamily("x", .gauge, help: "A gauge."))
    for number in numbers { history.sample(LabelSet([("n", String(number))]), Double(number)) }
    history.end()
  }

  @Test("Births and deaths without end leave what lives whole, and of the dead those that died last")
  func births() throws {
    let history = History()
    for second in 0..<200 { tick(history, second, [-1, -2] + Array(second * 100..<second * 100 + 100)) }
    #expect(own(history, "vitals_history_dropped_samples_total") == 0)
    let kept = try #require(own(history, "vitals_history_series"))
    #expect(kept <= Double(Limits.historyGoneSeries) + 102)
    #expect(kept >= Double(Limits.historyGoneSeries) / 2)
    #expect(own(history, "vitals_history_forgotten_series_total") == 200 * 100 + 2 - kept)
    let old = try #require(history.series("x", [("n", "-2")]).first)
    for second in 0..<200 { #expect(old.value(at: second) == -2) }
    let numbers = Set(history.series("x").compactMap { $0.labels["n"].flatMap { Int($0) } })
    #expect(numbers.count == Int(kept) && numbers.isSuperset(of: [-1, -2] + Array(196 * 100..<200 * 100)))
  }

  @Test("A full history takes new series in place of those that came to an end, not of those that may go on")
  func replaces() {
    let history = History()
    let alive = Limits.historySeries - 900
    for second in 0..<3 { tick(history, second, 0..<Limits.historySeries) }
    for second in 3..<6 { tick(history, second, 0..<alive) }
    tick(history, 6, Array(10_000..<10_600) + Array(0..<alive))
    #expect(own(history, "vitals_history_dropped_samples_total") == 0)
    #expect(own(history, "vitals_history_forgotten_series_total") == 675)
    #expect(history.series("x").filter(\.isCurrent).count == alive + 600)
    for second in 0..<6 { #expect(history.series("x", [("n", "7")]).first?.value(at: second) == 7) }
  }

  /// Writes one sample.
  private struct Source: Collector {
    let type: MetricType
    let value: Double?

    func collect(into sink: any SampleSink) {
      sink.family(MetricFamily("x", type, help: "A sample."))
      if type == .histogram, let value {
        sink.histogram(.empty, HistogramSnapshot(upperBounds: [1], counts: [UInt64(value), 0], sum: value))
      } else if let value {
        sink.sample(.empty, value)
      }
    }
  }

  @Test(
    "A count that appears has grown from zero where its source says so, else nobody knows",
    arguments: [
      // A counter with a past of its own, a value that is no count, the first tick of all.
      ([nil, nil, 5], .counter, false, "x", nil), ([nil, nil, 5], .gauge, true, "x", nil),
      ([5], .counter, true, "x", nil), ([5, 6], .counter, true, "x", 1), ([nil, 5, 6], .counter, false, "x", 1),
      ([nil, 5], .counter, true, "x", 5), ([nil, nil, 5, 7], .counter, true, "x", 7),
      ([nil, nil, 5], .histogram, true, "x_bucket", 5), ([nil, nil, 5], .histogram, true, "x_count", 5),
      ([nil, nil, 5], .histogram, true, "x_sum", 5),
    ] as [([Double?], MetricType, Bool, String, Double?)])
  func born(_ values: [Double?], _ type: MetricType, _ fromZero: Bool, _ name: String, _ growth: Double?) throws {
    let history = History()
    for (second, value) in values.enumerated() {
      history.begin(at: Moment(boot: UInt64(second) * 1_000_000_000, real: 0))
      history.take(Source(type: type, value: value), countsFromZero: fromZero)
      history.end()
    }
    let view = try #require(history.series(name).first)
    let now = values.count - 1
    let found = view.growth(endingAt: now, seconds: 60)
    #expect((found?.seconds ?? 0) > 0 ? found?.amount == growth : growth == nil)
    // Growth is spread over all the time for which the count was zero.
    if fromZero, values.count == 3, growth != nil { #expect(found?.seconds == 2) }
    #expect(view.value(at: -1) == nil)
  }

  @Test("A count that was refused for want of room is not taken for a new one when there is room")
  func refused() throws {
    let history = History()
    for second in 0...Limits.historyTicks + 2 * Limits.historySweepTicks {
      history.begin(at: Moment(boot: UInt64(second) * 1_000_000_000, real: 0))
      if second == 0 {
        history.family(MetricFamily("full", .gauge, help: "A gauge."))
        for number in 0..<Limits.historySeries { history.sample(LabelSet([("n", String(number))]), 1.0) }
      }
      history.take(Source(type: .counter, value: 1_000), countsFromZero: true)
      history.end()
    }
    let view = try #require(history.series("x").first)
    #expect(view.growth(endingAt: history.span.upperBound - 1, seconds: 600)?.amount == 0)
  }

  @Test("A histogram becomes cumulative buckets, a sum and a count")
  func histogram() {
    let history = History()
    history.begin(at: Moment(boot: 0, real: 0))
    history.family(MetricFamily("d_seconds", .histogram, help: "Durations."))
    history.histogram(.empty, HistogramSnapshot(upperBounds: [0.1, 1], counts: [3, 2, 1], sum: 4.5))
    let buckets = history.series("d_seconds_bucket").map { ($0.labels["le"] ?? "", $0.latest ?? -1) }
    #expect(buckets.map(\.0) == ["0.1", "1.0", "+Inf"])
    #expect(buckets.map(\.1) == [3, 5, 6])
    #expect(history.series("d_seconds_sum").first?.latest == 4.5)
    #expect(history.series("d_seconds_count").first?.latest == 6)
  }
}
