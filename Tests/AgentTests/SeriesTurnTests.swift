import Testing
import VitalsMetrics

@testable import VitalsAgent

/// A turn that is taken again is what the source would have written, had it been asked.
@Suite("Turns of a source that are taken again") struct SeriesTurnTests {
  /// Counters and gauges that go on as told.
  private final class Source: Collector {
    var values: [(name: String, isGauge: Bool, value: Double)] = []
    var asked = 0

    func collect(into sink: any SampleSink) {
      asked += 1
      for (name, isGauge, value) in values {
        sink.family(MetricFamily(name, isGauge ? .gauge : .counter, help: "A figure."))
        sink.sample(LabelSet([("a", name)]), value)
      }
    }
  }

  private let other = Source()
  private let fast = History()
  private let slow = History()
  private let turn = SeriesTurn()

  init() { other.values = [("other", true, 1)] }

  private func tick(_ second: Int, _ source: Source, isStale: Bool) {
    for history in [fast, slow] {
      history.begin(at: Moment(boot: UInt64(second) * 1_000_000_000, real: 0))
      history.take(other, countsFromZero: false)
      let isAgain = isStale && history === fast && history.takeAgain(turn)
      if !isAgain {
        history.take(source, countsFromZero: false, isStale: isStale, turn: history === fast ? turn : nil)
      }
      history.take(Source(), countsFromZero: false)
      history.end()
    }
  }

  private func values(_ history: History, _ name: String) -> [UInt64] {
    history.series(name).flatMap { view in
      history.span.map { tick in view.value(at: tick)?.bitPattern ?? .max }
    }
  }

  @Test("Gauges stand, what grows has gaps, and values of any kind come back as they were")
  func same() {
    let source = Source()
    var random = SeededGenerator(seed: 7)
    let odd = [0.1, .nan, -3, 1e300, 4_096, 1.0 / 3, .infinity, 0, 0.001]
    for second in 0..<2_000 {
      let isStale = second % 5 != 0
      if !isStale {
        source.values = (0..<6).map { number in
          let isOdd = Int.random(in: 0..<4, using: &random) == 0
          let value = isOdd ? odd[Int.random(in: 0..<odd.count, using: &random)] : Double(second * number)
          return ("x\(number)", number % 2 == 0, value)
        }
        // Some come and go.
        source.values.removeAll { _ in Int.random(in: 0..<20, using: &random) == 0 }
      }
      tick(second, source, isStale: isStale)
    }
    for number in 0..<6 { #expect(values(fast, "x\(number)") == values(slow, "x\(number)")) }
    #expect(values(fast, "other") == values(slow, "other"))
    // One history asked it at each tick, the other at every fifth.
    #expect(source.asked == 2_000 + 400)
  }

  @Test("A turn that is not the last tick's is not taken again")
  func refused() {
    let source = Source()
    source.values = [("x", true, 1)]
    #expect(!fast.takeAgain(turn))
    tick(0, source, isStale: false)
    tick(1, source, isStale: true)
    #expect(source.asked == 3)
    fast.begin(at: Moment(boot: 9, real: 0))
    fast.end()
    fast.begin(at: Moment(boot: 10, real: 0))
    #expect(!fast.takeAgain(turn))
  }

  @Test("What has a histogram is asked each time")
  func histogram() {
    final class Ladder: Collector {
      func collect(into sink: any SampleSink) {
        sink.family(MetricFamily("x", .histogram, help: "A histogram."))
        sink.histogram(.empty, HistogramSnapshot(upperBounds: [1], counts: [1, 0], sum: 1))
      }
    }
    for second in 0..<2 {
      fast.begin(at: Moment(boot: UInt64(second), real: 0))
      #expect(!fast.takeAgain(turn))
      fast.take(Ladder(), countsFromZero: false, turn: turn)
      fast.end()
    }
  }

  @Test("A sample for which there is no room is tried again at each tick")
  func full() {
    let history = History()
    let source = Source()
    source.values = (0...Limits.historySeries).map { ("x\($0)", true, 1) }
    for second in 0..<3 {
      history.begin(at: Moment(boot: UInt64(second), real: 0))
      if second == 0 || !history.takeAgain(turn) {
        history.take(source, countsFromZero: false, isStale: second > 0, turn: turn)
      }
      history.end()
    }
    #expect(source.asked == 3)
  }
}
