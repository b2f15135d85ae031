import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Counting log lines")
struct LogReaderTests {
  static let now = Moment(boot: 0, real: 42)

  static func read(_ text: String) -> (ServiceCounts, LogReader, [RecentError]) {
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    reader.read(Array(text.utf8), at: now, errors: &errors)
    return (reader.counts, reader, errors)
  }

  /// `GET /path 200 n=count t=seconds`, one a status, sorted.
  static func requests(_ counts: ServiceCounts) -> [String] {
    counts.routes.flatMap { route in
      route.statuses.map {
        "\($0.labels["method"] ?? "") \($0.labels["path"] ?? "") \($0.labels["status"] ?? "") \($0.count)"
      }
    }.sorted()
  }

  @Test(
    "A broken line is counted with its reason and the next one is read",
    arguments: [
      ("Traceback (most recent call last):", "not_object"), (#"{"method":"GET","path":"/x","sta"#, "unterminated"),
      (#"{"method":"GET","path":"/x","status":99}"#, "status"),
      (#"{"method":"GET","path":"/x","status":600}"#, "status"),
      (#"{"method":"GET","path":"/x","status":"ok"}"#, "status"),
      (#"{"method":"","path":"/x","status":200}"#, "method"), (#"{"method":"GET","path":"","status":200}"#, "path"),
      (#"{"method":"GET","path":"?q=1","status":200}"#, "path"),
      (##"{"method":"GET","path":"#x","status":200}"##, "path"),
      (#"{"msg":"GET  - 0.1s status=200"}"#, "path"),
      (#"{"msg":"GET /x - 0.1s status=abc"}"#, "status"), (#"{"a":1}{"b":1}"#, "trailing"),
    ])
  func broken(line: String, reason: String) {
    let (counts, reader, _) = Self.read(line + "\n" + #"{"method":"GET","path":"/y","status":200}"# + "\n")
    #expect(Self.requests(counts) == ["GET /y 200 1"])
    #expect(reader.faults.map { "\($0.key.reason) \($0.value)" } == ["\(reason) 1"])
    #expect(reader.lines == 2)
  }

  @Test(
    "A line in the one or the other form is a request",
    arguments: [
      (
        #"{"method":"get","path":"/orders/17?full=1","duration_ms":7.1,"status":200}"#, "GET /orders/{id} 200 1", 0.0071
      ),
      (#"{"method":"GET","path":"/x","process_time":0.5,"status":"204"}"#, "GET /x 204 1", 0.5),
      (#"{"method":"BREW","path":"/x","status":418,"process_time":1}"#, "other /x 418 1", 1),
      (#"{"stat\u0075s":200,"method":"GET","path":"/\u0061","process_time":1}"#, "GET /a 200 1", 1),
      (#"{"method":"GET","path":"/x","status":200,"duration_ms":null,"process_time":0.5}"#, "GET /x 200 1", 0.5),
      (#"{"status":null,"duration_ms":null,"msg":"GET /x - 0.012s status=200"}"#, "GET /x 200 1", 0.012),
      (#"{"method":"GET","path":"/x","status":200,"process_time":31536000}"#, "GET /x 200 1", 31_536_000),
      (#"{"msg":"GET /orders/17 - 0.012s status=200 cache=hit"}"#, "GET /orders/{id} 200 1", 0.012),
      (#"{"msg":"GET /what is - this - 2s status=404"}"#, "GET /what is - this 404 1", 2),
      (#"{"msg":"GET /a\"b - 2s status=404"}"#, "GET /a\"b 404 1", 2),
      (#"{"msg":"request_completed method=GET path=/x status=200 duration_ms=20"}"#, "GET /x 200 1", 0.02),
    ])
  func forms(line: String, wanted: String, seconds: Double) {
    let (counts, reader, _) = Self.read(line + "\r\n")
    #expect(Self.requests(counts) == [wanted])
    #expect(abs((counts.routes.first?.durations?.sum ?? -1) - seconds) < 1e-12)
    #expect(reader.faults.isEmpty)
  }

  @Test(
    "A line that is no finished request is none",
    arguments: [
      #"{"event":"request_started","method":"GET","path":"/x"}"#, #"{"event":"upstream_retry","status":503}"#,
      #"{"msg":"upstream_retry attempt=1 status=503"}"#, #"{"msg":"request_started method=GET path=/x"}"#, "{}", "",
      #"{"method":"GET","path":"/x","status":null}"#, #"{"method":"","path":"","duration_ms":1}"#,
      #"{"method":"","status":503}"#, #"{"method":"GET","path":"/x","status":200,"status":null}"#,
    ])
  func others(line: String) {
    let (counts, reader, _) = Self.read(line + "\n")
    #expect(counts.routes.isEmpty && reader.faults.isEmpty)
  }

  @Test("Without a duration that can be, the request counts and no duration is observed")
  func durations() {
    let bad = ["\"duration_ms\":-1", "\"process_time\":1e308", "\"process_time\":31536001", "\"duration_ms\":1e400"]
    let fields = bad.map { "," + $0 } + ["", #","duration_ms":null"#]
    let text = fields.map { #"{"method":"GET","path":"/x","status":200\#($0)}"# + "\n" }.joined()
    let (counts, reader, _) = Self.read(text)
    #expect(Self.requests(counts) == ["GET /x 200 \(fields.count)"])
    #expect(counts.routes.first?.durations == nil)
    #expect(reader.faults == [.duration: UInt64(bad.count)])
  }

  @Test("Captured logs of both forms give the same requests", arguments: ["structlog", "stdlib"])
  func captured(form: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/logs/\(form).log")
    let (counts, reader, errors) = Self.read(String(decoding: try Data(contentsOf: file), as: UTF8.self))
    #expect(
      Self.requests(counts) == [
        "GET /orders/{id} 200 1", "GET /orders/{id} 500 1", "GET /search 200 2", "POST /ai/chat 200 1",
      ])
    #expect(reader.lines == 9 && reader.faults.isEmpty)
    #expect(counts.hits == 1 && counts.misses == 1)
    #expect(counts.levels.map { "\($0.labels["level"] ?? "") \($0.count)" } == ["info 7", "error 2"])
    #expect(errors.count == 2)
    #expect(errors.first?.text.hasSuffix(": KeyError: 'price'") == true)
  }

  @Test(
    "A segment that the data brought is an id",
    arguments: [
      ("/orders/17/items/3", "/orders/{id}/items/{id}"), ("/u/123e4567-e89b-12d3-a456-426614174000", "/u/{id}"),
      ("/c/1f3870be274f6c49", "/c/{id}"), ("/d/2026-11-21", "/d/{id}"), ("/d/2026-11-21T04:11:11Z", "/d/{id}"),
      ("/t/eyJhbGciOiJIUzI1NiJ9abc", "/t/{id}"), ("/v1/users", "/v1/users"), ("/deadbeef", "/deadbeef"),
      ("/a//b/", "/a//b/"), ("/", "/"), ("/x#y", "/x"), ("/answer/question-17", "/answer/question-17"),
      ("/p/-5", "/p/{id}"), ("/p/1.5", "/p/{id}"), ("unmatched", "unmatched"), ("/ipfs-v2", "/ipfs-v2"),
    ])
  func templates(path: String, wanted: String) {
    var templates = PathTemplates()
    #expect(Self.route(path, &templates) == wanted)
  }

  static func route(_ path: String, _ templates: inout PathTemplates) -> String {
    let bytes = Array(path.utf8)
    guard let route = templates.route(bytes.span, 0..<bytes.count) else { return "other" }
    return String(decoding: templates.text(route), as: UTF8.self)
  }

  @Test("A position with many values is learned as an id; known words keep their name")
  func learned() {
    var templates = PathTemplates()
    func route(_ path: String) -> String { Self.route(path, &templates) }
    #expect(route("/answer/help") == "/answer/help")
    for number in 1..<Limits.pathValues { #expect(route("/answer/q-\(number)") == "/answer/q-\(number)") }
    #expect(route("/answer/q-1000/vote") == "/answer/{id}/vote")
    #expect(route("/answer/q-1") == "/answer/{id}")
    #expect(route("/answer/help") == "/answer/help")
    #expect(route("/other/q-1") == "/other/q-1")
    #expect(route("/" + String(repeating: "x/", count: 200)) == "other")
  }

  @Test("Routes, levels and errors have limits, and what is past them is folded and counted")
  func bounded() {
    var text = ""
    for group in 0..<30 {
      for leaf in 0..<30 {
        text += #"{"method":"GET","path":"/g\#(group)/l\#(leaf)","status":200,"level":"l\#(group)"}"# + "\n"
      }
    }
    for number in 0..<80 {
      text += #"{"level":"ERROR","event":"\#(number) \#(String(repeating: "é", count: 400))"}"# + "\n"
    }
    let (counts, _, errors) = Self.read(text)
    #expect(counts.routes.count == Limits.logRoutes + 1)
    #expect(counts.folded == 900 - UInt64(Limits.logRoutes))
    #expect(counts.levels.count <= Limits.logLevels + 1)
    #expect(errors.count == Limits.recentErrors)
    #expect(errors.first?.text.hasPrefix("30 ") == true && errors.last?.text.hasPrefix("79 ") == true)
    #expect(errors.allSatisfy { $0.text.utf8.count <= Limits.recentErrorBytes && !$0.text.contains("\u{FFFD}") })
  }

  @Test(
    "A line for people is the same, whether it was plain or had to be read in its form",
    arguments: [
      #"{"event":"W","timestamp":"2026-11-21T04:11:11Z","level":"warning"}"#,
      #"{"event":"W","message":"said in full","timestamp":"2026-11-21T04:11:11.5Z","level":"ERROR"}"#,
      #"{"msg":"W","timestamp":"2026-11-21T04:11:11Z","level":"critical","path":"/a","status":500,"method":"GET"}"#,
      #"{"event":"W","method":"GET","path":"/a?t=1","status":500,"timestamp":"2026-11-21T04:11:11Z","level":"error"}"#,
      #"{"event":"W GET /a","method":"GET","path":"/a","status":500,"timestamp":"2026-11-21T04:11:11Z","level":"alert"}"#,
      #"{"event":"W","method":"put","path":"/a","status":404,"timestamp":"2026-11-21T04:11:11Z","level":"warning"}"#,
      #"{"event":"W","level":"error"}"#, #"{"event":"W","timestamp":"yesterday","level":"warn"}"#,
      #"{"event":"W","timestamp":1795234271,"level":"error"}"#,
      #"{"event":"W","exception":"Traceback\n  x\nKeyError: 1","timestamp":"2026-11-21T04:11:11Z","level":"error"}"#,
      #"{"event":"W","err":{"type":"TypeError"},"timestamp":"2026-11-21T04:11:11Z","level":"warning"}"#,
    ])
  func noted(line: String) {
    for text in ["failed", "né", String(repeating: "é", count: Limits.recentErrorBytes)] {
      let plain = line.replacingOccurrences(of: "W", with: text)
      // The same text, but not plain.
      let escaped = line.replacingOccurrences(
        of: "W", with: "\\u00" + String(text.utf16.first ?? 0, radix: 16) + text.dropFirst())
      let (wanted, _, first) = Self.read(escaped + "\n")
      let (counts, _, second) = Self.read(plain + "\n")
      #expect(first.count == 1 && first == second)
      #expect(counts.errors.map(\.template) == wanted.errors.map(\.template))
      #expect(counts.errors.map(\.example) == wanted.errors.map(\.example))
      #expect(counts.errors.map(\.last) == wanted.errors.map(\.last))
    }
  }

  @Test(
    "An error line of a request says which one, and is of the same kind as those of others",
    arguments: [
      (#""path":"/orders/17""#, "request_completed", ""),
      (#""path":"/orders/17","status":500"#, "request_completed", ""),
      (#""method":"GET","path":"","status":500"#, "request_completed", ""),
      (#""method":"GET","path":"/orders/17?key=secret","status":500"#, "request_completed GET /orders/17 500", ""),
      (
        #""method":"GET","path":"/orders/17","status":500,"exc":"Traceback (most recent call last):\n x\nKeyError: 'p'""#,
        "request_completed GET /orders/17 500: KeyError: 'p'", ": KeyError: '{text}'"
      ),
      (#""http":{"method":"GET","route":"/orders/{id}"},"status":500"#, "request_completed GET /orders/{id} 500", ""),
      (
        #""method":"GET","path":"/\#(String(repeating: "é", count: 100))","status":500"#,
        "request_completed GET /\(String(repeating: "é", count: 59))… 500", ""
      ),
    ])
  func failed(fields: String, wanted: String, cause: String) {
    for time in ["", #","timestamp":"2026-11-21T04:11:11Z""#] {
      let line = #"{"event":"request_completed","level":"error",\#(fields)\#(time)}"# + "\n"
      let (counts, _, errors) = Self.read(line)
      #expect(errors.map(\.text) == [wanted])
      #expect(counts.errors.map(\.template) == ["request_completed" + cause])
      #expect(counts.errors.map { String(decoding: $0.example, as: UTF8.self) } == [wanted])
    }
  }

  @Test("A request that the message names already is not said again")
  func failedInWords() {
    let line = #"{"level":"ERROR","msg":"GET /orders/17 - 0.1s status=500"}"# + "\n"
    #expect(Self.read(line).2.map(\.text) == ["GET /orders/17 - 0.1s status=500"])
  }

  @Test("A path of the documented length has a series of its own, a longer one is folded")
  func pathLength() {
    for (count, wanted) in [(Limits.logPathBytes, true), (Limits.logPathBytes + 1, false)] {
      let path = "/" + String(repeating: "x", count: count - 1)
      let (counts, _, _) = Self.read(#"{"method":"GET","path":"\#(path)","status":200}"# + "\n")
      #expect(Self.requests(counts) == ["GET \(wanted ? path : "other") 200 1"])
      #expect(counts.folded == (wanted ? 0 : 1))
    }
  }

  @Test("Levels that are cut are cut between characters, so that each label is one series")
  func levelCut() {
    let stem = String(repeating: "a", count: Limits.logLevelBytes - 1)
    let levels = [stem + "é", stem + "ж", stem + "😀x", stem + "ab", stem + "ac", "", "unknown"]
    let (counts, _, _) = Self.read(levels.map { #"{"level":"\#($0)"}"# + "\n" }.joined() + "{}\n")
    #expect(
      counts.levels.map { "\($0.labels["level"] ?? "") \($0.count)" } == ["\(stem) 3", "\(stem)a 2", "unknown 3"])
  }

  @Test("Two raw paths that are repaired to the same text are one series")
  func repaired() {
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    for byte in [0xFF, 0xFE] as [UInt8] {
      let line = Array(#"{"method":"GET","status":200,"path":"/a"#.utf8) + [byte] + Array("\"}\n".utf8)
      reader.read(line, at: Self.now, errors: &errors)
    }
    #expect(Self.requests(reader.counts) == ["GET /a\u{FFFD} 200 2"])
  }

  @Test(
    "A line's own time is read, or there is none",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-21T04:11:11.5Z", 1_795_234_271_500_000_000),
      ("2026-11-21 05:11:11+01:00", 1_795_234_271_000_000_000), ("2026-13-21T04:11:11Z", nil), ("yesterday", nil),
      ("2026-11-21T04:11:11X", nil),
    ] as [(String, UInt64?)])
  func times(text: String, wanted: UInt64?) {
    let bytes = Array(text.utf8)
    #expect(Timestamp.nanoseconds(bytes.span, 0..<bytes.count) == wanted)
  }
}
