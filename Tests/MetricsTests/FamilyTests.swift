// Looking children up: by any number of labels, from many threads, past removal.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Family")
struct FamilyTests {
  /// Values that a sloppy key or hash would take for each other.
  static let values = [
    "", "a", "b", "ab", "ba", "a\u{FF}", "\u{E9}", "e\u{301}", "12345678", "123456789", "1234567812345678",
    "1234567812345679", "0123456789abcdef0", "a\0", "\0", String(repeating: "x", count: 300), "0123456789abcdef",
    "0123456789abcdef1", "0123456789abcdef01234567", "0123456789abcdef01234568",
    String(repeating: "x", count: 299) + "y",
  ]

  @Test("Every combination of values is a series of its own, by every way of asking", arguments: 1...4)
  func keys(_ labels: Int) throws {
    let registry = Registry()
    let names = (0..<labels).map { "l\($0)" }
    let family = try registry.counter("a_total", help: "", labels: names)
    var seen: [ObjectIdentifier: [String]] = [:]
    var lists: [[String]] = [[]]
    for _ in 0..<labels {
      lists = lists.flatMap { list in Self.values.prefix(labels > 3 ? 4 : .max).map { list + [$0] } }
    }
    for list in lists {
      let child = try family.labels(list)
      #expect(seen.updateValue(list, forKey: ObjectIdentifier(child)) == nil)
      for _ in 0..<2 {
        let again =
          switch labels {
          case 1: try family.labels(list[0])
          case 2: try family.labels(list[0], list[1])
          case 3: try family.labels(list[0], list[1], list[2])
          default: try family.labels(list[0], list[1], list[2], list[3])
          }
        #expect(again === child)
      }
    }
    #expect(seen.count == lists.count)
  }

  @Test("The wrong number of values is an error by every way of asking")
  func wrongCount() throws {
    let registry = Registry()
    let family = try registry.counter("a_total", help: "", labels: ["x", "y"])
    _ = try family.labels("1", "2")
    #expect(throws: MetricsError.self) { try family.labels("1") }
    #expect(throws: MetricsError.self) { try family.labels("1", "2", "3") }
    #expect(throws: MetricsError.self) { try family.labels("1", "2", "3", "4") }
    #expect(throws: MetricsError.self) { try family.labels([]) }
  }

  @Test("A removed child is looked up anew, and the old handle harms nobody")
  func removal() throws {
    let registry = Registry()
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    let old = try family.labels("1")
    old.increment()
    #expect(try family.labels("1") === old)
    #expect(try family.remove("1"))
    #expect(try !family.remove("1"))
    let new = try family.labels("1")
    old.increment()
    #expect(new !== old && new.value == .unsigned(0) && old.value == .unsigned(2))
    #expect(String(decoding: registry.exposition(), as: UTF8.self) == "# TYPE a_total counter\na_total{x=\"1\"} 0\n")
  }

  @Test("Series that come and go between expositions stand in order")
  func order() throws {
    var generator = SystemRandomNumberGenerator()
    let registry = Registry()
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    var present: Set<Int> = []
    for _ in 0..<200 {
      for _ in 0..<Int.random(in: 0...5, using: &generator) {
        let value = Int.random(in: 100..<200, using: &generator)
        if Bool.random(using: &generator) {
          _ = try family.labels("\(value)")
          present.insert(value)
        } else {
          try family.remove("\(value)")
          present.remove(value)
        }
      }
      let lines = present.sorted().map { "a_total{x=\"\($0)\"} 0\n" }
      let expected = lines.isEmpty ? "" : "# TYPE a_total counter\n" + lines.joined()
      #expect(String(decoding: registry.exposition(), as: UTF8.self) == expected)
    }
  }

  @Test("Every line has its own series' value, however the series lie in memory, and whichever threads have counted")
  func totals() async throws {
    var generator = SeededNumbers(state: 11)
    let registry = Registry()
    let family = try registry.counter("a_total", help: "", labels: ["x"])
    let other = try registry.counter("b_total", help: "", labels: ["x"])
    let places = Array(100..<400).shuffled(using: &generator)
    let counters = try places.map { place in
      _ = try other.labels("\(place)")
      return try family.labels("\(place)")
    }
    try family.remove("150")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for (place, counter) in zip(places, counters) { counter.increment(by: Double(place) + 0.5) } }
      }
      try await group.waitForAll()
    }
    let lines = (100..<400).filter { $0 != 150 }.map { "a_total{x=\"\($0)\"} \(4 * $0 + 2)\n" }
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.hasPrefix("# TYPE a_total counter\n" + lines.joined() + "# TYPE b_total counter\n"))
  }

  @Test("One exposition after another in the same memory")
  func reuse() throws {
    let (first, second) = (Registry(), Registry())
    try first.counter("a_total", help: "").increment()
    try second.counter("b_total", help: "").increment(by: 0.5)
    let exposition = Exposition()
    exposition.render(first, second)
    let text = "# TYPE a_total counter\na_total 1\n# TYPE b_total counter\nb_total 0.5\n"
    #expect(String(decoding: exposition.bytes, as: UTF8.self) == text)
    exposition.render(second, as: .openMetrics)
    #expect(exposition.withBytes { $0.count } == exposition.bytes.count)
    #expect(String(decoding: exposition.bytes, as: UTF8.self) == "# TYPE b counter\nb_total 0.5\n# EOF\n")
  }

  @Test("Two registries with the same family are joined, and a series that both have is dropped and counted")
  func joined() throws {
    let (first, second) = (Registry(), Registry())
    try first.counter("a_total", help: "", labels: ["x"]).labels("1").increment()
    try second.counter("a_total", help: "", labels: ["x"]).labels("1").increment()
    try second.counter("a_total", help: "", labels: ["x"]).labels("2").increment()
    try first.gauge("b", help: "").set(3)
    let exposition = Exposition()
    exposition.render(first, second)
    #expect(
      String(decoding: exposition.bytes, as: UTF8.self)
        == "# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 1\n# TYPE b gauge\nb 3\n")
    exposition.render(first, second)
    #expect(
      String(decoding: exposition.bytes, as: UTF8.self)
        .contains("vitals_metrics_dropped_samples_total{reason=\"duplicate\"} 1\n"))
  }
}
