import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// What rules make of lines that were written before the agent could read them.
@Suite("Rules over what was logged meanwhile") struct RuleBacklogTests {
  private let folder: LogFolder
  private let work = StepWork()
  private let history = History()
  private let start = Moment(boot: 5_000_000_000_000, real: 1_700_000_000_000_000_000)

  init() throws { folder = try LogFolder() }

  private func at(_ seconds: Double) -> Moment {
    Moment(
      boot: UInt64(bitPattern: Int64(start.boot) + Int64(seconds * 1e9)),
      real: UInt64(Int64(start.real) + Int64(seconds * 1e9)))
  }

  /// Lines with these seconds and members.
  private func write(_ lines: [(second: Double?, members: String)], to name: String = "app.log") throws {
    let text = lines.map { line in
      let time = line.second.map { #","timestamp":"\#(EventLine.time(at($0)))""# } ?? ""
      return #"{"level":"info"\#(time),\#(line.members)}"# + "\n"
    }
    try folder.append(text.joined(), to: name)
  }

  private func input(_ rule: String, _ logs: [(service: String, name: String)] = [("api", "app.log")]) -> LogInput {
    let configuration = Configuration(Array("{\"log_rules\": [\(rule)]}".utf8))
    #expect(configuration.faults == [])
    return LogInput(
      sources: logs.map { LogSource(service: $0.service, path: folder.path($0.name)) }, fromStart: true,
      rules: configuration.rules, work: work, log: RecordingLog(), history: history)
  }

  private func tick(_ input: LogInput, _ seconds: Double) { history.take(tickOf: input, at: at(seconds)) }

  /// The growth of the second that ends so many seconds after the start, over all series of a name.
  private func growth(_ name: String, _ seconds: Double, _ labels: [(name: String, value: String)] = []) -> Double {
    let tick = history.tick(at: at(seconds).real)
    return history.series(name, labels).reduce(0) { $0 + ($1.growth(endingAt: tick, seconds: 1.5)?.amount ?? 0) }
  }

  private func value(_ name: String, _ seconds: Double) -> Double? {
    history.series(name).first?.value(at: history.tick(at: at(seconds).real))
  }

  @Test(
    "What says no time, or one that the history does not have, counts and makes no rate",
    arguments: [[nil, nil], [-5_000, -4_000], [3_600, 7_200], [nil, 3_600]] as [[Double?]])
  func noSecond(seconds: [Double?]) throws {
    try write(seconds.map { ($0, #""n":1"#) })
    let input = input(#"{"metric": "a_total"}"#)
    for second in 0..<5 { tick(input, Double(second)) }
    #expect(RecordingSink.of(input)["a_total", #"service="api""#] == 2)
    for second in -5..<5 { #expect(growth("a_total", Double(second)) == 0) }
  }

  @Test("A counter and a histogram grow at the second of their lines, a gauge has the last of each")
  func ownSecond() throws {
    // What the first second has may be older: its growth is not known.
    try write([(-20, #""n":1"#), (-10.5, #""n":1"#), (-10.4, #""n":3"#), (-8.2, #""n":7"#), (nil, #""n":8"#)])
    let rules = #"""
      {"metric": "a_total", "value": "n"}, {"metric": "g", "type": "gauge", "value": "n"},
      {"metric": "h", "type": "histogram", "value": "n", "buckets": [5]}
      """#
    let input = input(rules)
    for second in 0..<3 { tick(input, Double(second)) }
    #expect([-10.0, -9, -8, -7, 0, 1, 2].map { growth("a_total", $0) } == [4, 0, 15, 0, 0, 0, 0])
    #expect([-10.0, -9, -8].map { growth("h_bucket", $0, [("le", "5.0")]) } == [2, 0, 0])
    #expect([-10.0, -9, -8, 1].map { growth("h_count", $0) } == [2, 0, 2, 0])
    #expect([-10.0, -9, -8, 0, 2].map { value("g", $0) } == [3, 3, 8, 8, 8])
    try write([(2.5, #""n":100"#)])
    tick(input, 3)
    #expect(growth("a_total", 3) == 100)
  }

  @Test("What is in flight begins, ends and is forgotten at the time of its lines")
  func inFlight() throws {
    try write([
      (-100, #""e":"begin","id":1"#), (-99, #""e":"begin","id":2"#), (-95, #""e":"end","id":1"#),
      (-3, #""e":"begin","id":3"#),
    ])
    let input = input(
      #"""
      {"metric": "jobs", "type": "in_flight", "id": "id", "where": {"field": "e", "equals": "begin"},
       "until": {"field": "e", "equals": "end"}, "timeout_seconds": 10}
      """#)
    for second in 0..<10 { tick(input, Double(second)) }
    #expect([-100.0, -99, -95, -80, -3, 0, 5, 9].map { value("jobs", $0) } == [1, 2, 1, 0, 1, 1, 1, 0])
  }

  @Test("A service that waits for its logs is hidden, and others are not; none has a spike when it comes")
  func late() throws {
    try write([(-15, #""n":1"#), (-10, #""n":1"#)])
    try write([(-25, #""n":1"#), (-20, #""n":1"#)], to: "slow.log")
    work.way = .refused
    let input = input(#"{"metric": "a_total"}"#, [("api", "app.log"), ("slow", "slow.log")])
    tick(input, 0)
    #expect(RecordingSink.of(input).values("a_total").isEmpty)
    work.way = .prompt
    for second in 1..<40 { tick(input, Double(second)) }
    #expect(RecordingSink.of(input).values("a_total").count == 2)
    for second in 1..<40 { #expect(growth("a_total", Double(second)) == 0) }
    #expect(growth("a_total", -10) == 1 && growth("a_total", -20) == 1)
  }

  @Test("Past a rule's share of the room its series make no rate, and those that have room have no gap")
  func room() throws {
    let series = Limits.backlogRuleSamples / 2 + 10
    try write([(-30, #""n":0"#)] + (0..<series).map { (-20 + Double($0) / 100, #""n":\#($0)"#) })
    let input = input(#"{"metric": "a_total", "labels": {"n": "n"}, "limit": 10000}, {"metric": "b_total"}"#)
    for second in 0..<3 { tick(input, Double(second)) }
    #expect(RecordingSink.of(input).values("a_total").count == series)
    let grown = (-25..<3).reduce(0) { $0 + growth("a_total", Double($1)) }
    #expect(grown == Double(Limits.backlogRuleSamples / 2))
    #expect((-25..<3).reduce(0) { $0 + growth("b_total", Double($1)) } == Double(series))
    for second in 0..<3 { #expect(growth("a_total", Double(second)) == 0) }
    let first = try #require(history.series("a_total", [("n", "0")]).first)
    #expect((-19..<3).allSatisfy { first.value(at: history.tick(at: at(Double($0)).real)) == 2 })
  }

  @Test("A service past those that rules have room for counts, and makes no rate of the past")
  func manyServices() throws {
    let logs = (0...Limits.ruleServices).map { (service: "s\($0)", name: "\($0).log") }
    for log in logs { try write([(-20, #""n":1"#), (-10, #""n":1"#)], to: log.name) }
    let input = input(#"{"metric": "a_total"}"#, logs)
    for second in 0..<5 { tick(input, Double(second)) }
    #expect(growth("a_total", -10) == Double(Limits.ruleServices))
    for second in 0..<5 { #expect(growth("a_total", Double(second)) == 0) }
  }

  @Test("A line of the past is no exemplar, which would bear the present time")
  func exemplars() throws {
    try write([(-10, #""n":1,"t":"old""#)])
    let input = input(#"{"metric": "a_total", "exemplar": "t"}"#)
    for second in 0..<3 { tick(input, Double(second)) }
    func text() -> String {
      let exposition = Exposition()
      exposition.render([input], as: .openMetrics)
      return String(decoding: exposition.bytes, as: UTF8.self)
    }
    #expect(text().contains("a_total{service=\"api\"} 1\n"))
    try write([(3, #""n":1,"t":"new""#)])
    tick(input, 3)
    #expect(text().contains("a_total{service=\"api\"} 2 # {trace_id=\"new\"} 1.0"))
  }

  @Test("The service dashboard shows what each rule makes, those that have no line yet not")
  func dashboard() throws {
    try write((0..<60).map { (-60 + Double($0), #""n":7,"b":2048"#) } + [(-5, #""j":1"#), (-4, #""j":2"#)])
    let input = input(
      #"""
      {"metric": "orders_total", "where": {"field": "n", "exists": true}, "labels": {"n": "n"}},
      {"metric": "lookup_seconds", "type": "histogram", "value": "n", "where": {"field": "n", "exists": true},
       "buckets": [10]},
      {"metric": "read_bytes", "type": "gauge", "value": "b", "where": {"field": "b", "exists": true}},
      {"metric": "seen", "type": "gauge", "value": "j", "where": {"field": "j", "exists": true}, "labels": {"j": "j"}},
      {"metric": "jobs", "type": "in_flight", "id": "j", "where": {"field": "j", "exists": true},
       "until": {"field": "k", "exists": true}, "labels": {"j": "j"}},
      {"metric": "never_total", "where": {"field": "never", "exists": true}}
      """#)
    for second in 0..<3 { tick(input, Double(second)) }
    let context = DashboardContext(
      history: history, recentErrors: [], rules: input.ruleNames, now: at(2), hostname: "h", version: "v", hasLogs: true
    )
    let lines = PlainRenderer.text(Dashboard.service.frame(context, width: 100)).split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    func line(_ name: String) -> String? { lines.first { $0.hasPrefix(name) } }
    #expect(line("orders_total")?.hasPrefix("orders_total per second 0.9") == true)
    #expect(line("lookup_seconds")?.contains("P95 9.7") == true)
    #expect(line("read_bytes")?.contains("now 2.00 KiB") == true, "\(line("read_bytes") ?? "")")
    #expect(line("seen") == "seen series 2")
    #expect(line("jobs")?.contains("now 2") == true)
    #expect(line("never_total") == nil)
  }
}
