// An exposition that keeps what it knows of the last one, against one that has never seen any.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Expositions after each other")
struct RepeatedExpositionTests {
  /// What a collector writes: families with their samples, in an order.
  private struct Script: Collector, Sendable {
    typealias Sample = (labels: LabelSet, value: MetricValue, details: SampleDetails)
    var steps: [(family: MetricFamily, samples: [Sample])] = []

    func collect(into sink: any SampleSink) {
      for (family, samples) in steps {
        sink.family(family)
        let sets = samples.map(\.labels)
        for (place, (labels, value, details)) in samples.enumerated() {
          // As a collector that is wrong about the type of its family.
          switch details.created == 2 ? .summary : family.type {
          case .histogram:
            let count = UInt64(exactly: value.asDouble) ?? 3
            sink.histogram(labels, HistogramSnapshot(upperBounds: [1], counts: [count, 1], sum: value.asDouble))
          case .summary:
            sink.summary(labels, SummarySnapshot(quantiles: [], count: 1, sum: value.asDouble))
          default:
            // Each other series by its place.
            if details.isNone, place % 2 == 0 {
              sink.sample(sets.span, place, value)
            } else {
              sink.sample(labels, value, details)
            }
          }
        }
      }
    }
  }

  /// Names that clash, that are illegal, that differ only where Swift's comparison does not look.
  private static let names = [
    "a_total", "a", "a_count", "b", "b_info", "b\u{0301}", "a.b", "a_b", "", "K", "\u{212A}", "c_seconds_total", "d",
    "e",
  ]
  private static let types: [MetricType] = [.counter, .gauge, .histogram, .summary, .info, .unknown]
  private static let helps = ["One.", "Two.", "\u{00E9}", "e\u{0301}", ""]
  private static let values: [MetricValue] = [
    .integer(1), .integer(-1), .unsigned(.max), .double(0.5), .double(.nan), .double(1_234_567.25), .double(-3),
  ]

  private static func family(_ random: inout SeededNumbers) -> MetricFamily {
    let name = names.randomElement(using: &random) ?? ""
    let help = random.next() % 8 == 0 ? helps.randomElement(using: &random) ?? "" : "Help of \(name)."
    return MetricFamily(
      name, types[random.next() % 4 == 0 ? Int(random.next() % 6) : name.utf8.count % 6], help: help,
      unit: random.next() % 9 == 0 ? "seconds" : nil)
  }

  private static func labels(_ random: inout SeededNumbers, kept: [LabelSet]) -> LabelSet {
    switch random.next() % 12 {
    case 0: LabelSet([("le", "1")])
    case 1: LabelSet([("a.b", "x")])
    case 2: LabelSet([("n", String(random.next() % 6))])
    case 3: LabelSet(writingEmpty: [("n", String(random.next() % 6)), ("z", "")])
    default: kept[Int(random.next() % UInt64(kept.count))]
    }
  }

  private static func details(_ random: inout SeededNumbers) -> SampleDetails {
    switch random.next() % 12 {
    case 0: SampleDetails(created: 1)
    case 1: SampleDetails(created: 2)
    case 2: SampleDetails(exemplar: Exemplar(labels: LabelSet([("id", "x")]), value: 1))
    default: .none
    }
  }

  private static func change(_ script: inout Script, _ random: inout SeededNumbers, kept: [LabelSet]) {
    let place = script.steps.isEmpty ? 0 : Int(random.next() % UInt64(script.steps.count))
    switch random.next() % 10 {
    case 0: script.steps.insert((family(&random), []), at: place)
    case 1 where !script.steps.isEmpty: script.steps.remove(at: place)
    case 2 where !script.steps.isEmpty: script.steps[place].family = family(&random)
    case 3, 4: script.steps.append((family(&random), [(labels(&random, kept: kept), .integer(7), .none)]))
    case 5:
      for index in script.steps.indices where !script.steps[index].samples.isEmpty {
        script.steps[index].samples.remove(at: Int(random.next() % UInt64(script.steps[index].samples.count)))
      }
    case 6 where !script.steps.isEmpty:
      // Only values are other ones.
      for sample in script.steps[place].samples.indices {
        script.steps[place].samples[sample].value = values[Int(random.next() % UInt64(values.count))]
      }
    case 7...8 where !script.steps.isEmpty:
      let value = values[Int(random.next() % UInt64(values.count))]
      let sample = (labels(&random, kept: kept), value, details(&random))
      script.steps[place].samples.insert(sample, at: Int(random.next() % UInt64(script.steps[place].samples.count + 1)))
    case 9 where !script.steps.isEmpty:
      // The same family, made anew.
      let family = script.steps[place].family
      script.steps[place].family = MetricFamily(family.name, family.type, help: family.help, unit: family.unit)
    default: break
    }
  }

  @Test(
    "One that is kept is the same to the byte as one that is new, and drops the same, whatever changes between",
    arguments: [0, 1, 2, 3])
  func model(seed: Int) {
    var random = SeededNumbers(state: UInt64(seed))
    let kept = (0..<6).map { LabelSet([("n", String($0))]) }
    let formats: [ExpositionFormat] = [
      .text, .openMetrics, .protobuf, .text.escaping(.allowUTF8), .openMetrics.escaping(.values),
    ]
    let known = formats.map { $0.isProtobuf ? ProtobufWriter() : TextWriter(format: $0) as any ExpositionWriter }
    var script = Script()
    for round in 0..<400 {
      for _ in 0..<(round % 3 == 0 ? 0 : Int(random.next() % 4)) { Self.change(&script, &random, kept: kept) }
      let which = Int(random.next() % UInt64(formats.count))
      let format = formats[(which + (random.next() % 16 == 0 ? 1 : 0)) % formats.count]
      if format.isProtobuf != formats[which].isProtobuf { continue }
      let new = format.isProtobuf ? ProtobufWriter() : TextWriter(format: format) as any ExpositionWriter
      let before = known[which].dropped
      let names: AllowedNames = random.next() % 4 == 0 ? .legacy : .utf8
      for writer in [known[which], new] {
        writer.begin(format)
        writer.names = names
        script.collect(into: writer)
        writer.end()
      }
      #expect(known[which].bytes == new.bytes, "round \(round)")
      #expect(known[which].dropped.since(before) == new.dropped, "round \(round)")
      if known[which].bytes != new.bytes { return }
    }
  }

  @Test("A registry beside collectors is written as by a new exposition, as its series come and go")
  func registries() throws {
    let registry = Registry()
    let kept = Exposition()
    var script = Script(steps: [(MetricFamily("x", .gauge, help: "X."), [(.empty, .integer(1), .none)])])
    registry.register(script)
    let counter = try registry.counter("late_total", help: "Late.", labels: ["n"])
    for round in 0..<4 {
      if round > 1 { try counter.labels(String(round)).increment() }
      if round == 3 { script.steps.removeAll() }
      let new = Exposition()
      kept.render(registry)
      new.render(registry)
      #expect(kept.bytes == new.bytes)
    }
  }
}
