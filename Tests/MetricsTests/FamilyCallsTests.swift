// Counting by label values in one call: it does what looking the child up and calling it does, for one to three labels.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Calls by label values")
struct FamilyCallsTests {
  @Test("The wrong number of values is an error, also right after a look-up that has them as its beginning")
  func wrongCount() throws {
    let registry = Registry()
    let counters = try registry.counter("a_total", help: "", labels: ["x", "y"])
    let gauges = try registry.gauge("b", help: "", labels: ["x"])
    let histograms = try registry.histogram("c", help: "", labels: ["x", "y", "z"])
    try counters.increment("1", "2")
    try gauges.set(1, "1")
    try histograms.observe(1, "1", "2", "3")
    #expect(throws: MetricsError.wrongValueCount(metric: "a_total", expected: 2, given: 1)) {
      try counters.increment("1")
    }
    #expect(throws: MetricsError.self) { try counters.increment("1", "2", "") }
    #expect(throws: MetricsError.self) { try gauges.set(2, "1", "2") }
    #expect(throws: MetricsError.self) { try gauges.set(2, "1", "2", "3") }
    #expect(throws: MetricsError.self) { try histograms.observe(2, "1") }
    #expect(throws: MetricsError.self) { try histograms.observe(2, "1", "2") }
    #expect(try counters.labels("1", "2").value == .unsigned(1))
    #expect(try gauges.labels("1").value == 1)
    #expect(try histograms.labels("1", "2", "3").snapshot.count == 1)
  }

  @Test("What an instrument refuses is refused and counted here too")
  func refusals() throws {
    let registry = Registry()
    let family = try registry.histogram("c", help: "", buckets: .explicit([1]), labels: ["x"])
    for value in [Double.nan, .infinity, -.infinity, -1, 0.5, 2] { try family.observe(value, "1") }
    let snapshot = try family.labels("1").snapshot
    #expect(snapshot.counts == [2, 1] && snapshot.sum == 1.5 && family.ignored.value == 3)
  }

  @Test("A series is made by its first call and begins anew after its removal", arguments: 1...3)
  func calls(_ labels: Int) throws {
    let registry = Registry()
    let names = (0..<labels).map { "l\($0)" }
    let values = (0..<labels).map { "value \($0) that is longer than others are" }
    let counters = try registry.counter("a_total", help: "", labels: names)
    let gauges = try registry.gauge("b", help: "", labels: names)
    let histograms = try registry.histogram("c", help: "", native: .default, labels: names)
    for round in 1...2 {
      for _ in 0..<3 {
        switch labels {
        case 1:
          try counters.increment(values[0])
          try gauges.set(Double(round), values[0])
          try histograms.observe(0.5, values[0])
        case 2:
          try counters.increment(values[0], values[1])
          try gauges.set(Double(round), values[0], values[1])
          try histograms.observe(0.5, values[0], values[1])
        default:
          try counters.increment(values[0], values[1], values[2])
          try gauges.set(Double(round), values[0], values[1], values[2])
          try histograms.observe(0.5, values[0], values[1], values[2])
        }
      }
      #expect(try counters.labels(values).value == .unsigned(3))
      #expect(try gauges.labels(values).value == Double(round))
      #expect(try histograms.labels(values).snapshot.count == 3)
      #expect(counters.removeAll { _ in true } == 1)
      #expect(gauges.removeAll { _ in true } == 1)
      #expect(histograms.removeAll { _ in true } == 1)
    }
  }
}
