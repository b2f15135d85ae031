import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// The exemplars of requests' durations.
@Suite("Exemplars of requests") struct RequestExampleTests {
  private static let now = Moment(boot: 10_000_000_000, real: 1_795_234_300_000_000_000)
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  /// What a service's lines leave, as `label=id value time` for each bucket that has one.
  private static func examples(_ lines: String, at now: Moment = now) -> [String] {
    let reader = LogReader(ServiceCounts(service: "api"))
    read(lines, reader, at: now)
    return shown(reader)
  }

  private static func read(_ lines: String, _ reader: LogReader, at now: Moment) {
    var errors: [RecentError] = []
    reader.read(Array(lines.utf8), at: now, errors: &errors)
  }

  private static func shown(_ reader: LogReader) -> [String] {
    reader.counts.routes.indices.flatMap { reader.counts.examples.kept($0) }.compactMap { $0 }.map { one in
      let labels = one.labels.pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
      return "\(labels) \(one.value) \(Int(one.timestamp ?? -1))"
    }
  }

  private static func json(_ members: String, ms: Double = 7) -> String {
    #"{"method":"GET","path":"/x","status":200,"duration_ms":\#(ms),"level":"info",\#(members)}"# + "\n"
  }

  @Test(
    "What is no id is no exemplar, and the request counts",
    arguments: [
      #""trace_id":"""#, #""trace_id":null"#, #""trace_id":"-""#, #""trace_id":"0""#,
      #""trace_id":"00000000000000000000000000000000""#,
      #""traceparent":"00-00000000000000000000000000000000-00f067aa0ba902b7-01""#, #""trace_id":"a b""#,
      #""trace_id":"a\"b""#, #""trace_id":"a\nb""#, #""trace_id":"é""#, #""trace_id":["a"]"#, #""trace_id":{"x":1}"#,
      #""trace_id":true"#, #""trace_id":"\#(String(repeating: "a", count: 119))""#, #""other":"a""#,
      #""logging.googleapis.com/trace":"projects/p/traces/""#,
    ])
  func none(members: String) {
    #expect(Self.examples(Self.json(members)) == [])
    #expect(LogReaderTests.requests(LogReaderTests.read(Self.json(members)).0) == ["GET /x 200 1"])
  }

  @Test("In a second so many requests are looked at, and more in the next")
  func limit() {
    let reader = LogReader(ServiceCounts(service: "api", paths: .raw, routeLimit: 2_000))
    let lines = (0..<Limits.exampleLooks + 10).map {
      #"{"method":"GET","path":"/\#($0)","status":200,"duration_ms":7,"level":"info","trace_id":"t\#($0)"}"# + "\n"
    }
    Self.read(lines.joined(), reader, at: Self.now)
    #expect(Self.shown(reader).count == Limits.exampleLooks)
    #expect(reader.counts.routes.count == lines.count)
    Self.read(lines.last ?? "", reader, at: Moment(boot: Self.now.boot, real: Self.now.real + 2_000_000_000))
    #expect(Self.shown(reader).count == Limits.exampleLooks + 1)
  }

  @Test("Bytes that are not UTF-8 are no id")
  func invalid() {
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    let line = Array(Self.json(#""trace_id":"a?b""#).utf8).map { $0 == UInt8(ascii: "?") ? 0xFF : $0 }
    reader.read(line, at: Self.now, errors: &errors)
    #expect(Self.shown(reader) == [] && reader.counts.routes.count == 1)
  }

  private static let apache =
    #"192.0.2.7 - - [21/Nov/2026:04:11:11 +0000] "GET /x HTTP/1.1" 200 217 "-" "curl" rt=0.007"#
  private static let envoy =
    #"[2026-11-21T04:11:11.310Z] "GET /x HTTP/2" 204 - 154 0 7 6 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80""#
  private static let parent = "00-\(trace)-00f067aa0ba902b7-01"

  private static let rows: [(line: String, wanted: String)] = [
    (json(#""trace_id":"t1""#), "trace_id=t1"), (json(#""dd.trace_id":"123","request_id":"r""#), "trace_id=123"),
    (json(#""dd":{"trace_id":77}"#), "trace_id=77"), (json(#""trace":{"id":"t1"}"#), "trace_id=t1"),
    (json(#""otelTraceID":"0","request_id":"r-1""#), "request_id=r-1"),
    (json(#""reqId":"req-1""#), "request_id=req-1"), (json(#""x":{"y":1},"req":{"id":7}"#), "request_id=7"),
    (json(#""traceparent":"\#(parent)""#), "trace_id=" + trace),
    (json(#""traceparent":"cc\#(parent.dropFirst(2))-more""#), "trace_id=" + trace),
    (
      json(#""severity":"INFO","message":"m","logging.googleapis.com/trace":"projects/p/traces/\#(trace)""#),
      "trace_id=" + trace
    ),
    (json(#""trace_id":"\#(String(repeating: "a", count: 118))""#), "trace_id=" + String(repeating: "a", count: 118)),
    (#"{"msg":"GET /x - 0.007s status=200 request_id=57c9 cache=hit","level":"INFO"}"# + "\n", "request_id=57c9"),
    ("level=info method=GET path=/x status=200 duration=7ms trace_id=t1\n", "trace_id=t1"),
    (apache + " traceparent=\"\(parent)\"\n", "trace_id=" + trace), (apache + " request_id=0af3\n", "request_id=0af3"),
    (envoy + "\n", "request_id=cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2"),
  ]

  @Test("The trace's id as each form has it, and else the request's", arguments: rows)
  func ids(line: String, wanted: String) {
    #expect(Self.examples(line).map { String($0.prefix { $0 != " " }) } == [wanted])
  }

  @Test("It has the line's own time, and never one that is to come")
  func times() {
    let line = Self.json(#""trace_id":"t","timestamp":"2026-11-21T04:11:11.5Z""#)
    #expect(Self.examples(line) == ["trace_id=t 0.007 1795234271"])
    let ahead = Self.json(#""trace_id":"t","timestamp":"2026-11-22T04:11:11.5Z""#)
    #expect(Self.examples(ahead) == ["trace_id=t 0.007 1795234300"])
  }

  @Test("Of each bucket the first of a second replaces the one before, unless it is older")
  func newest() {
    let reader = LogReader(ServiceCounts(service: "api"))
    func line(_ id: String, _ ms: Double, _ second: Int) -> String {
      Self.json(#""trace_id":"\#(id)","timestamp":"2026-11-21T04:11:\#(second)Z""#, ms: ms)
    }
    Self.read(line("a", 7, 11) + line("b", 7, 12) + line("c", 70, 12), reader, at: Self.now)
    #expect(Self.shown(reader) == ["trace_id=a 0.007 1795234271", "trace_id=c 0.07 1795234272"])
    Self.read(line("d", 7, 13), reader, at: Self.now)
    #expect(Self.shown(reader).first == "trace_id=a 0.007 1795234271")
    let later = Moment(boot: Self.now.boot + 2_000_000_000, real: Self.now.real + 2_000_000_000)
    Self.read(line("e", 7, 10), reader, at: later)
    #expect(Self.shown(reader).first == "trace_id=a 0.007 1795234271")
    let last = Moment(boot: Self.now.boot + 4_000_000_000, real: Self.now.real + 4_000_000_000)
    Self.read(line("f", 7, 14), reader, at: last)
    #expect(Self.shown(reader) == ["trace_id=f 0.007 1795234274", "trace_id=c 0.07 1795234272"])
  }

  @Test("OpenMetrics shows it at its bucket, the older text does not")
  func exposition() {
    let reader = LogReader(ServiceCounts(service: "api"))
    Self.read(Self.json(#""trace_id":"t","timestamp":"2026-11-21T04:11:11.5Z""#), reader, at: Self.now)
    func text(_ format: ExpositionFormat) -> [String] {
      let exposition = Exposition()
      exposition.render([LogExposition(rows: [], services: [reader.counts])], as: format)
      return String(decoding: exposition.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        .filter { $0.contains("#") && !$0.hasPrefix("#") }
    }
    #expect(
      text(.openMetrics) == [
        #"http_request_duration_seconds_bucket{method="GET",path="/x",service="api",le="0.01"} 1 # {trace_id="t"} 0.007 1795234271.500"#
      ])
    #expect(text(.text) == [])
  }
}
