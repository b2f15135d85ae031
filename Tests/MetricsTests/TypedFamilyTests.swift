// Metrics whose labels are enums: every combination is there at once, and a case reaches its own series, also where the
// enum's cases do not lie in memory as they stand in `allCases`.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Typed labels")
struct TypedFamilyTests {
  enum Method: String, MetricLabel { case get = "GET", post = "POST" }
  enum Status: String, MetricLabel { case ok = "200", notFound = "404", failed = "500" }
  enum Only: String, MetricLabel { case one = "1" }

  /// Its cases are given in another order than they are declared.
  enum Reversed: String, MetricLabel {
    case first, second
    static let allCases: [Reversed] = [.second, .first]
  }

  /// Leaves a case out, which then has no series of its own.
  enum Partial: String, MetricLabel {
    case known, unknown
    static let allCases: [Partial] = [.known]
  }

  struct None: MetricLabel {
    static let allCases: [None] = []
    init?(rawValue: String) { nil }
    var rawValue: String { "" }
  }

  @Test("Too many combinations, none, and bad names are refused, and leave nothing behind")
  func refusals() throws {
    let registry = Registry(limits: MetricsLimits(seriesPerFamily: 5))
    #expect(throws: MetricsError.tooManySeries(metric: "a_total", limit: 5)) {
      try registry.counter("a_total", help: "", labels: TypedLabels(("m", Method.self), ("s", Status.self)))
    }
    #expect(throws: MetricsError.tooManySeries(metric: "a_total", limit: 5)) {
      try registry.counter("a_total", help: "", labels: TypedLabels(("n", None.self)))
    }
    #expect(throws: MetricsError.invalidLabel(metric: "a_total", label: "m")) {
      try registry.counter("a_total", help: "", labels: TypedLabels(("m", Only.self), ("m", Only.self)))
    }
    #expect(registry.exposition() == [])
  }

  @Test("All combinations are there at zero, and each counts for itself")
  func combinations() throws {
    let registry = Registry()
    let family = try registry.counter(
      "a_total", help: "", labels: TypedLabels(("m", Method.self), ("s", Status.self), ("o", Only.self)))
    family.increment(.post, .ok, .one)
    family[.post, .failed, .one].increment(by: 2)
    #expect(
      String(decoding: registry.exposition(), as: UTF8.self) == """
        # TYPE a_total counter
        a_total{m="GET",o="1",s="200"} 0
        a_total{m="GET",o="1",s="404"} 0
        a_total{m="GET",o="1",s="500"} 0
        a_total{m="POST",o="1",s="200"} 1
        a_total{m="POST",o="1",s="404"} 0
        a_total{m="POST",o="1",s="500"} 2

        """)
  }

  @Test("An enum with its own order of cases is searched, and one that hides a case stays in bounds")
  func oddEnums() throws {
    let registry = Registry()
    let reversed = try registry.gauge("a", help: "", labels: TypedLabels(("x", Reversed.self)))
    reversed.set(1, .first)
    reversed.set(2, .second)
    let partial = try registry.histogram(
      "b", help: "", buckets: .explicit([1]), labels: TypedLabels(("x", Partial.self)))
    partial.observe(3, .unknown)
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.contains("a{x=\"first\"} 1\na{x=\"second\"} 2\n"))
    #expect(text.contains("b_count{x=\"known\"} 1\n"))
  }

  @Test("Typed and untyped labels of one name are one family")
  func sameFamily() throws {
    let registry = Registry()
    let typed = try registry.counter("a_total", help: "", labels: TypedLabels(("m", Method.self)))
    typed.increment(.get)
    try registry.counter("a_total", help: "", labels: ["m"]).labels("GET").increment()
    #expect(typed[.get].value == .unsigned(2))
  }
}
