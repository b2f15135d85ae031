// Examples: too long or badly named ones, one a second, in their bucket, by task, in OpenMetrics only, and never torn.
// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import VitalsMetrics

@Suite("Exemplar")
struct ExemplarTests {
  private static let id = "4bf92f3577b34da6a3ce929d0e0e4736"

  private func text(_ registry: Registry, _ format: ExpositionFormat = .openMetrics) -> String {
    String(decoding: registry.exposition(format), as: UTF8.self)
  }

  @Test(
    "What no scraper takes is dropped and counted, and the observation stays",
    arguments: [
      .trace(id: String(repeating: "é", count: 121)), .trace(id: String(repeating: "a", count: 1_000)),
      ["a b": "1"], ["__name__": "1"], ["": "1"], ["1a": "1"],
    ] as [ExemplarLabels])
  func dropped(_ labels: ExemplarLabels) throws {
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "", exemplars: true)
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([1]), exemplars: true)
    counter.increment(exemplar: labels)
    counter.increment(by: 0.5, exemplar: labels)
    histogram.observe(0.5, exemplar: labels)
    Exemplar.$current.withValue(labels) { counter.increment() }
    #expect(counter.value == .double(2.5))
    #expect(counter.exemplar == nil)
    #expect(histogram.snapshot.counts == [1, 0])
    #expect(histogram.snapshot.exemplars == [nil, nil])
    let text = text(registry)
    #expect(text.contains("vitals_metrics_dropped_exemplars_total{family=\"a_total\"} 3\n"))
    #expect(text.contains("vitals_metrics_dropped_exemplars_total{family=\"h\"} 1\n"))
    #expect(!text.contains(" # "))
  }

  @Test(
    "A refused value leaves no example", arguments: [-1, .nan, .infinity, -.infinity] as [Double])
  func refusedValue(_ value: Double) throws {
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "", exemplars: true)
    let histogram = try registry.histogram("h", help: "", exemplars: true)
    counter.increment(by: value, exemplar: ["a": "1"])
    #expect(counter.exemplar == nil && counter.value == .unsigned(0))
    if !value.isFinite {
      histogram.observe(value, exemplar: ["a": "1"])
      #expect(histogram.snapshot.exemplars.allSatisfy { $0 == nil } && histogram.snapshot.count == 0)
    }
    #expect(text(registry).contains("vitals_metrics_ignored_values_total{family=\"a_total\"} 1\n"))
  }

  @Test("Without the choice an example is not even asked for, and with it no label is none")
  func without() throws {
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "")
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([1]))
    let asked = Atomic<Int>(0)
    func labels() -> ExemplarLabels? {
      asked.wrappingAdd(1, ordering: .relaxed)
      return ["a": "1"]
    }
    counter.increment(exemplar: labels())
    counter.increment(by: 2, exemplar: labels())
    histogram.observe(1, exemplar: labels())
    #expect(asked.load(ordering: .relaxed) == 0)
    #expect(counter.value == .unsigned(3))
    #expect(histogram.snapshot.exemplars.isEmpty && histogram.snapshot.count == 1)
    let other = try registry.counter("b_total", help: "", exemplars: true)
    other.increment(exemplar: nil)
    other.increment(exemplar: [:])
    #expect(other.exemplar == nil && other.value == .unsigned(2))
    #expect(throws: MetricsError.conflict(metric: "a_total", differsIn: "choice of exemplars")) {
      try registry.counter("a_total", help: "", exemplars: true)
    }
    #expect(try registry.histogram("h", help: "", buckets: .explicit([1]), exemplars: false) === histogram)
  }

  @Test("At most one replacement a slot a second; labels are not asked for in between")
  func sampled() throws {
    let manual = ManualClock()
    let registry = Registry(clock: manual.clock)
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([1, 2]), exemplars: true)
    var asked = 0
    func labels(_ name: String) -> ExemplarLabels {
      asked += 1
      return .trace(id: name)
    }
    func seen() -> [String?] { histogram.snapshot.exemplars.map { $0?.labels["trace_id"] } }
    histogram.observe(1, exemplar: labels("first"))
    histogram.observe(0.5, exemplar: labels("second"))
    #expect(seen() == ["first", nil, nil])
    histogram.observe(1.5, exemplar: labels("other"))
    manual.advance(0.999)
    histogram.observe(1, exemplar: labels("third"))
    #expect(seen() == ["first", "other", nil])
    #expect(asked == 2)
    manual.advance(0.001)
    histogram.observe(0.25, exemplar: labels("fourth"))
    #expect(seen() == ["fourth", "other", nil])
    #expect(histogram.snapshot.exemplars[0]?.value == 0.25)
    #expect(histogram.snapshot.exemplars[0]?.timestamp == 1_700_000_001)
    #expect(histogram.snapshot.count == 5)
  }

  @Test("An example lies in its bucket", arguments: [-1, 0, 0.5, 1, 1.0000001, 2, 3, 1e300] as [Double])
  func inItsBucket(_ value: Double) throws {
    let histogram = try Registry().histogram("h", help: "", buckets: .explicit([0, 1, 2]), exemplars: true)
    histogram.observe(value, exemplar: ["a": "1"])
    let snapshot = histogram.snapshot
    #expect(snapshot.exemplars.map { $0?.value } == snapshot.counts.map { $0 == 1 ? value : nil })
  }

  @Test("Everything that is counted below a middleware bears what it set; what is given goes before it")
  func taskLocal() async throws {
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "", exemplars: true)
    let fraction = try registry.counter("b_total", help: "", exemplars: true)
    let given = try registry.counter("c_total", help: "", exemplars: true)
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([1]), exemplars: true)
    counter.increment()
    #expect(counter.exemplar == nil)
    await Exemplar.$current.withValue(.trace(id: Self.id, span: "00f067aa0ba902b7")) {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          counter.increment()
          fraction.increment(by: 0.5)
          given.increment(by: 3, exemplar: ["a": "1"])
          histogram.observe(0.5)
          histogram.startTimer().stop()
        }
      }
    }
    #expect(counter.exemplar?.labels["trace_id"] == Self.id)
    #expect(fraction.exemplar?.labels["span_id"] == "00f067aa0ba902b7")
    #expect(fraction.exemplar?.value == 0.5)
    #expect(given.exemplar?.labels == LabelSet([("a", "1")]))
    #expect(given.exemplar?.value == 3)
    #expect(histogram.snapshot.exemplars[0]?.labels["trace_id"] == Self.id)
  }

  @Test("Both formats, whole")
  func golden() throws {
    let manual = ManualClock()
    let registry = Registry(createdSeries: true, clock: manual.clock)
    let counters = try registry.counter("jobs_total", help: "Jobs.", labels: ["queue"], exemplars: true)
    try counters.labels("b").increment()
    manual.advance(0.25)
    try counters.labels("a").increment(by: 2, exemplar: .trace(id: Self.id, span: "00f067aa0ba902b7"))
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([1]), exemplars: true)
    histogram.observe(0.5, exemplar: ["user": "a\"b\\c\nd"])
    histogram.observe(7)
    try registry.counter("plain", help: "", exemplars: true).increment(exemplar: ["a": "1"])
    #expect(
      text(registry) == #"""
        # TYPE h histogram
        h_bucket{le="1.0"} 1 # {user="a\"b\\c\nd"} 0.5 1700000000.250
        h_bucket{le="+Inf"} 2
        h_sum 7.5
        h_count 2
        h_created 1700000000.250
        # TYPE jobs counter
        # HELP jobs Jobs.
        jobs_total{queue="a"} 2 # {span_id="00f067aa0ba902b7",trace_id="\#(Self.id)"} 2.0 1700000000.250
        jobs_created{queue="a"} 1700000000.250
        jobs_total{queue="b"} 1
        jobs_created{queue="b"} 1700000000.000
        # TYPE plain unknown
        plain 1
        # EOF

        """#)
    #expect(
      text(registry, .text) == """
        # TYPE h histogram
        h_bucket{le="1.0"} 1
        h_bucket{le="+Inf"} 2
        h_sum 7.5
        h_count 2
        # HELP jobs_total Jobs.
        # TYPE jobs_total counter
        jobs_total{queue="a"} 2
        jobs_total{queue="b"} 1
        # TYPE plain counter
        plain 1

        """)
  }

  @Test("No example is torn or lies in another bucket, and no count is lost")
  func concurrency() async throws {
    let manual = ManualClock()
    let registry = Registry(clock: manual.clock)
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([10, 20, 30]), exemplars: true)
    let counter = try registry.counter("a_total", help: "", exemplars: true)
    let rounds = 1_000
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<rounds {
            let value = task * 10 + round % 10 + 1
            histogram.observe(Double(value), exemplar: ["n": "\(value)", "twice": "\(2 * value)"])
            counter.increment(by: value, exemplar: ["n": "\(value)", "twice": "\(2 * value)"])
            manual.advance(0.6)
          }
          return true
        }
      }
      group.addTask {
        for _ in 0..<200 {
          let all = histogram.snapshot.exemplars
          for (place, exemplar) in all.enumerated() {
            guard let exemplar else { continue }
            if !Self.isWhole(exemplar) || Int(exemplar.value - 1) / 10 != place { return false }
          }
          guard let exemplar = counter.exemplar else { continue }
          if !Self.isWhole(exemplar) || registry.exposition(.openMetrics).isEmpty { return false }
        }
        return true
      }
      for await isRight in group { #expect(isRight) }
    }
    #expect(histogram.snapshot.counts == Array(repeating: UInt64(rounds), count: 4))
    #expect(counter.value == .unsigned(UInt64(82 * rounds)))
    #expect(histogram.snapshot.exemplars.allSatisfy { $0 != nil })
  }

  private static func isWhole(_ exemplar: Exemplar) -> Bool {
    exemplar.labels["n"] == "\(Int(exemplar.value))" && exemplar.labels["twice"] == "\(2 * Int(exemplar.value))"
  }
}
