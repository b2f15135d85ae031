import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// What rules make of lines.
@Suite("Log rules") struct LogRulesTests {
  /// One service's rules at work.
  private final class Bench {
    let rules: LogRules
    private var reader: RuleReader?

    init(_ rule: String) throws {
      let configuration = Configuration(Array("{\"log_rules\": [\(rule)]}".utf8))
      #expect(configuration.faults == [])
      rules = configuration.rules
      reader = RuleReader(rules, service: "api")
    }

    func read(_ lines: [String], at seconds: UInt64 = 1) { for line in lines { read(Array(line.utf8), at: seconds) } }

    func read(_ line: [UInt8], at seconds: UInt64 = 1) {
      reader?.read(line.span, 0..<line.count, at: Moment(boot: seconds * 1_000_000_000, real: 0))
    }

    /// The samples that bear a value, without help and type; the agent's own without those that are zero.
    var text: [String] {
      let exposition = Exposition()
      exposition.render([rules], as: .openMetrics)
      return String(decoding: exposition.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        .filter { !$0.hasPrefix("#") && !($0.hasPrefix("vitals_") && $0.hasSuffix(" 0")) }
    }
  }

  @Test(
    "Lines that a rule selects and cannot use are counted by reason",
    arguments: [
      (#"{"x": -1}"#, "negative"), (#"{"x": "much"}"#, "number"), (#"{"x": [1]}"#, "number"),
      (#"{"x": 1e999}"#, "number"),
      (#"{"y": 1}"#, "missing"), (#"{"x": null}"#, "missing"),
    ])
  func skipped(line: String, reason: String) throws {
    let bench = try Bench(#"{"metric": "a_total", "value": "x"}"#)
    bench.read([line])
    #expect(bench.text == [#"vitals_log_rule_skipped_lines_total{reason="\#(reason)",rule="a_total",service="api"} 1"#])
  }

  @Test(
    "Conditions",
    arguments: [
      (#"{"field": "e", "equals": "a"}"#, 2), (#"{"field": "e", "in": ["a", 3]}"#, 3),
      (#"{"field": "n", "equals": 2}"#, 1),
      (#"{"field": "n", "equals": null}"#, 3), (#"{"field": "b", "equals": true}"#, 1),
      (#"{"field": "n", "above": 1}"#, 1),
      (#"{"field": "n", "at_least": 1, "below": 2}"#, 1), (#"{"field": "e", "matches": "^.$"}"#, 4),
      (#"{"field": "e", "matches": "[0-9]"}"#, 1), (#"{"field": "o.p", "exists": true}"#, 2),
      (#"{"field": "$.o.p", "exists": true}"#, 1), (#"{"not": {"field": "e", "equals": "a"}}"#, 3),
      (#"{"all": [{"field": "e", "equals": "a"}, {"field": "n", "at_most": 1}]}"#, 1),
      (
        #"{"any": [{"field": "n", "equals": 1}, {"field": "l[1]", "exists": true}, {"field": "$.l[1]", "equals": "y"}]}"#,
        2
      ),
    ])
  func conditions(condition: String, lines: UInt64) throws {
    let bench = try Bench(#"{"metric": "a_total", "where": \#(condition)}"#)
    bench.read([
      #"{"e": "a", "n": 1}"#, #"{"e": "\u0061", "n": "2"}"#, #"{"e": "b", "b": true, "o": {"p": 1}}"#,
      #"{"e": 3, "o.p": "x"}"#, #"{"n": null, "l": ["x", "y"]}"#,
    ])
    #expect(bench.text == ["a_total{service=\"api\"} \(lines)"])
  }

  @Test("Labels: as they stand, constant, in lower case, as a class, as a route, and missing")
  func labels() throws {
    let bench = try Bench(
      #"""
      {"metric": "a_total", "labels": {
        "p": "e", "c": {"constant": "x"}, "l": {"field": "e", "as": "lower"}, "s": {"field": "status", "as": "status_class"},
        "r": {"field": "path", "as": "route"}, "m": {"field": "model", "missing": "none"}}}
      """#)
    bench.read([
      #"{"e": "A\nB", "status": 204, "path": "/orders/17?x=1"}"#,
      #"{"e": "A\nB", "status": "201", "path": "/orders/18"}"#,
      #"{"status": 1000, "model": true}"#,
    ])
    #expect(
      bench.text == [
        #"a_total{c="x",l="a\nb",m="none",p="A\nB",r="/orders/{id}",s="2xx",service="api"} 2"#,
        #"a_total{c="x",m="true",s="1000",service="api"} 1"#,
      ])
  }

  @Test("Values: of units, summed, last, and in buckets; series that are there from the start")
  func values() throws {
    let counter = try Bench(
      #"{"metric": "a_seconds_total", "value": {"field": "d", "unit": "milliseconds"}, "labels": {"k": "k"}, "zero": [{"k": "z"}]}"#
    )
    counter.read([#"{"d": 1500, "k": "a"}"#, #"{"d": "500", "k": "a"}"#])
    #expect(counter.text == [#"a_seconds_total{k="a",service="api"} 2.0"#, #"a_seconds_total{k="z",service="api"} 0"#])
    let gauge = try Bench(#"{"metric": "a", "type": "gauge", "value": {"field": "d", "scale": 2}}"#)
    gauge.read([#"{"d": 1500}"#, #"{"d": -500}"#])
    #expect(gauge.text == [#"a{service="api"} -1000.0"#])
    let histogram = try Bench(
      #"{"metric": "a", "type": "histogram", "value": "d", "buckets": [1, 2], "exemplar": "t"}"#)
    histogram.read([#"{"d": 1, "t": "abc"}"#, #"{"d": 3}"#])
    #expect(histogram.text.count == 5)
    #expect(histogram.text[0].hasPrefix(#"a_bucket{service="api",le="1.0"} 1 # {trace_id="abc"} 1.0 "#))
    #expect(histogram.text[2] == #"a_bucket{service="api",le="+Inf"} 2"#)
  }

  @Test("Groups of patterns: as labels, values, ids and exemplars, out of texts with escapes too")
  func groups() throws {
    let bench = try Bench(
      #"""
      {"metric": "a_seconds_total", "value": {"group": "ms", "unit": "milliseconds"}, "exemplar": {"group": "id"},
       "where": {"any": [
         {"field": "message", "matches": "^(?<shop>[A-Z]+) (?P<id>\\S+) took (?<ms>[-\\w.]+) ms"},
         {"field": "m", "matches": "(?<shop>b)(?<ms>x)?"}]},
       "labels": {"shop": {"group": "shop", "as": "lower"}, "n": {"group": "id", "missing": "none"}}}
      """#)
    bench.read([
      "BAR 7 took 1.5e3 ms", #"{"message": "B\u0041R 7 took 500 ms"}"#, #"{"message": "CAFE 8 took 250 ms", "m": "b"}"#,
      "BAR 7 took 1 s", "BAR 7 took much ms", #"{"m": "abc"}"#, "BAR 7 took -5 ms",
    ])
    #expect(
      bench.text.map { $0.components(separatedBy: " # ")[0] } == [
        #"a_seconds_total{n="7",service="api",shop="bar"} 2.0"#,
        #"a_seconds_total{n="8",service="api",shop="cafe"} 0.25"#,
        #"vitals_log_rule_skipped_lines_total{reason="missing",rule="a_seconds_total",service="api"} 1"#,
        #"vitals_log_rule_skipped_lines_total{reason="number",rule="a_seconds_total",service="api"} 1"#,
        #"vitals_log_rule_skipped_lines_total{reason="negative",rule="a_seconds_total",service="api"} 1"#,
      ])
    let jobs = try Bench(
      #"""
      {"metric": "jobs", "type": "in_flight", "id": {"group": "job"},
       "where": {"field": "message", "matches": "job (?<job>\\d+) begins"},
       "until": {"field": "message", "matches": "job (?<job>\\d+) ends"}}
      """#)
    jobs.read(["job 1 begins", "job 2 begins", "job 2 ends", "job 3 ends"])
    #expect(jobs.text.first == #"jobs{service="api"} 1.0"#)
  }

  @Test(
    "Groups that cannot be are refused where they stand",
    arguments: [
      (#"{"group": "b"}"#, "no pattern of 'where' has a group called 'b'"),
      (#"{"group": "c"}"#, "no pattern of 'where' has a group called 'c'"),
      (#"{"group": "a", "field": "x"}"#, "'group' and 'field' exclude each other"),
      (#"{"group": 1}"#, "'group' must be a text, and is a number"),
      (#"{"missing": "x"}"#, "a label needs 'field', 'group' or 'constant'"),
      (#"{"group": "big"}"#, "a pattern whose groups are asked for may take 1000 steps at most"),
    ])
  func badGroups(label: String, message: String) {
    let rule = #"""
      {"metric": "a_total", "labels": {"l": \#(label)}, "where": {"all": [
        {"field": "x", "matches": "(?<a>.)"}, {"field": "x", "matches": "(?<big>(a{999}){2})"},
        {"not": {"field": "x", "matches": "(?<c>.)"}}]}}
      """#
    #expect(Configuration(Array("{\"log_rules\": [\(rule)]}".utf8)).faults.map(\.message) == [message])
  }

  @Test(
    "Rules that cannot be, or would stand among other series, are refused",
    arguments: [
      (
        #""metric": "http_requests", "type": "gauge", "value": "v""#,
        "metrics 'http_requests' and 'http_requests_total' would both write 'http_requests'"
      ),
      (
        #""metric": "cache_hits_created""#,
        "metrics 'cache_hits_created' and 'cache_hits_total' would both write 'cache_hits_created'"
      ),
      (
        #""metric": "process_open_fds""#,
        "'process_open_fds' would stand among series of the agent's own; use another name"
      ),
      (#""metric": "up""#, "'up' is a name that Prometheus gives to series of its own; use another"),
      (#""metric": "a b""#, "'a b' is no metric's name: letters, digits, _ and :, and no digit first"),
      (
        #""metric": "a_total", "labels": {"a-b": "x"}"#,
        "'a-b' is no label's name: letters, digits and _, and no digit first"
      ),
      (#""metric": "a_total", "labels": {"__name__": "x"}"#, "metric 'a_total': label '__name__' is reserved"),
      (
        #""metric": "a_total", "labels": {"l": "x"}, "limit": 1, "zero": [{"l": "1"}, {"l": "2"}]"#,
        "'zero' has 2 series, and the rule's 'limit' is 1"
      ),
      (
        #""metric": "a_total", "labels": {"l": "x"}, "zero": [{"l": "\#(long)"}]"#,
        "a label's value may be 256 bytes long at most"
      ),
      (
        #""metric": "a_total", "labels": {"l": {"constant": "\#(long)"}}"#,
        "a label's value may be 256 bytes long at most"
      ),
    ] as [(String, String)])
  func refused(members: String, message: String) {
    #expect(Configuration(Array("{\"log_rules\": [{\(members)}]}".utf8)).faults.map(\.message) == [message])
  }

  private static let long = String(repeating: "x", count: Limits.ruleLabelBytes + 1)

  @Test("What begins anew and never ends takes no more memory than what is under way")
  func neverEnds() {
    var open = InFlight(seconds: 10)
    for number in 0..<100_000 { _ = open.begin([UInt8(number % 3)], 0, Moment(boot: UInt64(number), real: 0)) }
    #expect(open.remembered <= 2 * 3 + Limits.inFlightSlack + 1 && open.forgotten == 99_997)
    #expect([0, 1, 2, 3].map { open.end([$0]) } == [0, 0, 0, nil])
    #expect(open.expired(Moment(boot: 60_000_000_000, real: 0)) == nil)
  }

  @Test("A label of an object with bytes that are not UTF-8 is repaired, however often it comes")
  func invalid() throws {
    let bench = try Bench(#"{"metric": "a_total", "labels": {"k": "o"}}"#)
    let line: [UInt8] = Array(#"{"o":{"x":""#.utf8) + [0xFF, 0xFE] + Array(#""}}"#.utf8)
    for _ in 0..<3 { bench.read(line) }
    #expect(bench.text == ["a_total{k=\"{\\\"x\\\":\\\"\u{FFFD}\u{FFFD}\\\"}\",service=\"api\"} 3"])
  }

  @Test("Past a rule's limit values are folded, so that the sum stays exact")
  func limit() throws {
    let bench = try Bench(#"{"metric": "a_total", "labels": {"k": "k", "c": {"constant": "x"}}, "limit": 2}"#)
    bench.read((1...5).map { #"{"k": "\#($0)"}"# } + [#"{"k": "1"}"#])
    #expect(
      bench.text == [
        #"a_total{c="x",k="1",service="api"} 2"#, #"a_total{c="x",k="2",service="api"} 1"#,
        #"a_total{c="x",k="other",service="api"} 3"#,
        #"vitals_log_rule_folded_lines_total{rule="a_total",service="api"} 3"#,
        #"vitals_log_rule_full{label="k",rule="a_total",service="api"} 1"#,
      ])
  }

  @Test("What is in flight is paired by id; what never ends is forgotten")
  func inFlight() throws {
    let bench = try Bench(
      #"""
      {"metric": "jobs", "type": "in_flight", "where": {"field": "e", "equals": "begin"},
       "until": {"field": "e", "equals": "end"}, "id": "id", "labels": {"q": "q"}, "timeout_seconds": 10}
      """#)
    bench.read([
      #"{"e": "begin", "id": 1, "q": "a"}"#, #"{"e": "begin", "id": 2, "q": "a"}"#, #"{"e": "end", "id": 1}"#,
    ])
    #expect(bench.text == [#"jobs{q="a",service="api"} 1.0"#])
    bench.read([#"{"e": "end", "id": 9}"#, #"{"e": "begin"}"#, #"{"e": "begin", "id": 2, "q": "b"}"#], at: 5)
    #expect(
      bench.text == [
        #"jobs{q="a",service="api"} 0.0"#, #"jobs{q="b",service="api"} 1.0"#,
        #"vitals_log_rule_skipped_lines_total{reason="missing",rule="jobs",service="api"} 1"#,
        #"vitals_log_rule_skipped_lines_total{reason="unpaired",rule="jobs",service="api"} 1"#,
        #"vitals_log_rule_forgotten_total{rule="jobs",service="api"} 1"#,
      ])
    bench.rules.sweep(Moment(boot: 15_000_000_000, real: 0))
    #expect(bench.text[1] == #"jobs{q="b",service="api"} 0.0"#)
  }
}

/// Rules over lines that have no keys.
@Suite("Log rules over text") struct LogRuleTextTests {
  private static func counts(_ rule: String, _ lines: [String]) throws -> [String] {
    let configuration = Configuration(Array("{\"log_rules\": [\(rule)]}".utf8))
    #expect(configuration.faults == [])
    let rules = configuration.rules
    let reader = RuleReader(rules, service: "api")
    guard var reader else { return [] }
    for line in lines {
      let bytes = Array(line.utf8)
      reader.read(bytes.span, 0..<bytes.count, at: Moment(boot: 1, real: 0))
    }
    let exposition = Exposition()
    exposition.render([rules], as: .openMetrics)
    return String(decoding: exposition.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("x_total") || $0.hasPrefix("x_sum") }
  }

  private static let apache =
    #"192.0.2.7 - - [21/Nov/2026:14:28:24 +0000] "GET /a b?q=1 HTTP/1.1" 503 217 "-" "curl" rt=0.25"#

  @Test(
    "Fields of access lines and of text have the names that they have elsewhere",
    arguments: [
      ("method", apache, "GET"), ("path", apache, "/a b?q=1"), ("protocol", apache, "HTTP/1.1"),
      ("status", apache, "503"),
      ("bytes", apache, "217"), ("remote", apache, "192.0.2.7"), ("duration", apache, "0.25"), ("message", apache, ""),
      ("time", apache, "21/Nov/2026:14:28:24 +0000"), ("user", apache, ""),
      ("remote", #"INFO:     127.0.0.1:60232 - "GET /orders/17 HTTP/1.1" 200 OK"#, "127.0.0.1"),
      ("level", #"INFO:     127.0.0.1:60232 - "GET /orders/17 HTTP/1.1" 200 OK"#, "INFO"),
      ("remote", #"2001:db8::17 - - [21/Nov/2026:14:28:24 +0000] "GET / HTTP/1.0" 200 -"#, "2001:db8::17"),
      ("bytes", #"2001:db8::17 - - [21/Nov/2026:14:28:24 +0000] "GET / HTTP/1.0" 200 -"#, ""),
      ("method", #"2001:db8::17 - - [21/Nov/2026:14:28:24 +0000] "-" 400 0"#, "-"),
      ("path", #"2001:db8::17 - - [21/Nov/2026:14:28:24 +0000] "-" 400 0"#, ""),
      ("message", "2026-11-21 14:31:21.793 ERROR no \\n way é", "no \\n way é"),
      ("level", "2026-11-21 14:31:21 WARN x", "WARN"),
      ("message", "anything at all", "anything at all"), ("status", "anything at all", ""),
    ])
  func fields(field: String, line: String, wanted: String) throws {
    let rule = #"{"metric": "x_total", "labels": {"l": "\#(field)"}, "where": {"field": "\#(field)", "exists": true}}"#
    let label = #"x_total{l="\#(wanted.replacing("\\", with: "\\\\"))",service="api"} 1"#
    #expect(try Self.counts(rule, [line]) == (wanted.isEmpty ? [] : [label]))
  }

  @Test("Conditions and values of access lines are numbers where they are")
  func conditions() throws {
    let rule =
      #"{"metric": "x", "type": "histogram", "value": "duration", "where": {"all": [{"field": "status", "at_least": 500}, {"field": "method", "equals": "GET"}]}}"#
    let lines = [
      Self.apache, Self.apache.replacing("503", with: "200"), Self.apache.replacing("GET", with: "PUT"),
      #"[GIN] 2026/11/21 - 14:29:04 | 500 |    250ms |       192.0.2.1 | GET      "/orders/17""#,
    ]
    #expect(try Self.counts(rule, lines) == [#"x_sum{service="api"} 0.5"#])
  }

  @Test("A rule that is full says which label has most values, once")
  func full() throws {
    let rule = #"{"metric": "x_total", "labels": {"a": "a", "b": "b"}, "limit": 4}"#
    let configuration = Configuration(Array("{\"log_rules\": [\(rule)]}".utf8))
    let rules = configuration.rules
    let found = RuleReader(rules, service: "api")
    guard var reader = found else { return }
    for number in 0..<6 {
      #expect(rules.newlyFull().isEmpty == (number != 5))
      let bytes = Array(#"{"a": \#(number % 2), "b": \#(number)}"#.utf8)
      reader.read(bytes.span, 0..<bytes.count, at: Moment(boot: 1, real: 0))
    }
    let exposition = Exposition()
    exposition.render([rules], as: .text)
    #expect(
      String(decoding: exposition.bytes, as: UTF8.self)
        .contains(#"vitals_log_rule_full{label="b",rule="x_total",service="api"} 1"#))
    #expect(rules.newlyFull().isEmpty)
  }
}
