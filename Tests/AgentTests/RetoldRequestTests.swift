import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Requests that a server and its service both tell")
struct RetoldRequestTests {
  /// Lines by a letter: of servers `a` Uvicorn, `n` nginx with a duration, `j` nginx in JSON, `w` Uvicorn's inside of JSON;
  /// of the service `s` with a duration, `u` without, `m` inside of a message, `t` as text. `S` is `s` with status 500,
  /// `A` is `a` with it; `y` and `b` are `s` and `a` of another path. A number lets so many seconds pass.
  private static let lines: [Character: String] = [
    "a": #"INFO:     127.0.0.1:5 - "GET /orders/17 HTTP/1.1" 200 OK"#,
    "A": #"INFO:     127.0.0.1:5 - "GET /orders/17?x=1 HTTP/1.1" 500 Internal Server Error"#,
    "b": #"INFO:     127.0.0.1:5 - "GET /health HTTP/1.1" 200 OK"#,
    "n": #"10.0.0.1 - - [21/Nov/2026:04:11:11 +0000] "GET /orders/18 HTTP/1.1" 200 2 "-" "curl" rt=0.25"#,
    "j": #"{"request_time":0.25,"status":"200","request_method":"GET","request_uri":"/orders/17"}"#,
    "w": #"{"level":"INFO","logger":"uvicorn.access","message":"127.0.0.1:5 - \"GET /orders/17 HTTP/1.1\" 200"}"#,
    "s": #"{"event":"done","level":"info","method":"GET","path":"/orders/19","status":200,"duration_ms":500}"#,
    "S": #"{"event":"done","level":"info","method":"GET","path":"/orders/19","status":500,"duration_ms":500}"#,
    "u": #"{"event":"request_completed","level":"info","method":"get","path":"/orders/19","status":200}"#,
    "m": #"{"level":"INFO","msg":"GET /orders/17 - 0.5s status=200"}"#,
    "t": "2026-11-21 04:11:11 INFO request_completed method=GET path=/orders/17 status=200 duration_ms=500",
    "y": #"{"event":"done","level":"info","method":"GET","path":"/files/x","status":200,"duration_ms":500}"#,
  ]

  private struct Step {
    let text: String
    let isServers: Bool
    let seconds: UInt64
  }

  private static func steps(_ script: String) -> [Step] {
    var steps: [Step] = []
    var seconds: UInt64 = 1_000
    for word in script.split(separator: " ") {
      if let pause = UInt64(word) {
        seconds += pause
        continue
      }
      for letter in word {
        let text = (lines[letter] ?? "") + "\n"
        steps.append(Step(text: text, isServers: "aAbnjw".contains(letter), seconds: seconds))
      }
    }
    return steps
  }

  private static func summary(_ counts: ServiceCounts) -> String {
    let requests = LogReaderTests.requests(counts).map { $0.replacingOccurrences(of: "GET ", with: "") }
    let durations = counts.routes.compactMap(\.durations)
    let count = durations.reduce(0) { $0 + $1.counts.reduce(0, +) }
    let sum = durations.reduce(0) { $0 + $1.sum }
    return "\(requests.joined(separator: ", ")); \(counts.repeated) again; \(count) took \(sum)"
  }

  @Test(
    "The greater count is the number of requests, with the durations of whoever has them",
    arguments: [
      // What is no request, or another one, is not told again.
      ("", "; 0 again; 0 took 0.0"), ("aS", "/orders/{id} 200 1, /orders/{id} 500 1; 0 again; 1 took 0.5"),
      ("ay", "/files/x 200 1, /orders/{id} 200 1; 0 again; 1 took 0.5"),
      // One teller alone.
      ("aan", "/orders/{id} 200 3; 0 again; 1 took 0.25"), ("jw", "/orders/{id} 200 2; 0 again; 1 took 0.25"),
      ("ssum", "/orders/{id} 200 4; 0 again; 3 took 1.5"),
      // Both, in every order.
      ("as", "/orders/{id} 200 1; 1 again; 1 took 0.5"), ("sa", "/orders/{id} 200 1; 1 again; 1 took 0.5"),
      ("asasas", "/orders/{id} 200 3; 3 again; 3 took 1.5"), ("aaasss", "/orders/{id} 200 3; 3 again; 3 took 1.5"),
      ("sssaaa", "/orders/{id} 200 3; 3 again; 3 took 1.5"), ("saas", "/orders/{id} 200 2; 2 again; 2 took 1.0"),
      ("am", "/orders/{id} 200 1; 1 again; 1 took 0.5"), ("ta", "/orders/{id} 200 1; 1 again; 1 took 0.5"),
      ("ws", "/orders/{id} 200 1; 1 again; 1 took 0.5"), ("sj", "/orders/{id} 200 1; 1 again; 1 took 0.5"),
      // The first duration counts, be it the second teller's.
      ("ns", "/orders/{id} 200 1; 1 again; 1 took 0.25"), ("un", "/orders/{id} 200 1; 1 again; 1 took 0.25"),
      ("nu", "/orders/{id} 200 1; 1 again; 1 took 0.25"), ("au", "/orders/{id} 200 1; 1 again; 0 took 0.0"),
      // The one tells only some.
      ("aaaas", "/orders/{id} 200 4; 1 again; 1 took 0.5"), ("asss", "/orders/{id} 200 3; 1 again; 3 took 1.5"),
      ("bbsa", "/health 200 2, /orders/{id} 200 1; 1 again; 1 took 0.5"),
      ("aASyb", "/files/x 200 1, /health 200 1, /orders/{id} 200 1, /orders/{id} 500 1; 1 again; 2 took 1.0"),
      // Who has been silent for long tells no more; until then a late line is told again.
      ("aaa 59 ss", "/orders/{id} 200 3; 2 again; 2 took 1.0"),
      ("aaa 60 ss", "/orders/{id} 200 5; 0 again; 2 took 1.0"),
      ("aaa 30 b 30 ss", "/health 200 1, /orders/{id} 200 3; 2 again; 2 took 1.0"),
      ("sss 600 a", "/orders/{id} 200 3; 1 again; 3 took 1.5"),
      ("sss 600 a 60 aa", "/orders/{id} 200 5; 1 again; 3 took 1.5"),
      ("as 600 as 600 sa", "/orders/{id} 200 3; 3 again; 3 took 1.5"),
      ("aaa 60 s 1 as", "/orders/{id} 200 5; 1 again; 2 took 1.0"),
    ])
  func counts(script: String, wanted: String) {
    for form in ["one file, line by line", "two files", "one file at once"] {
      let counts = ServiceCounts(service: "api")
      let (server, service) = (LogReader(counts), LogReader(counts))
      var errors: [RecentError] = []
      var pending: (text: String, seconds: UInt64) = ("", 0)
      func read(_ reader: LogReader, _ text: String, _ seconds: UInt64) {
        reader.read(Array(text.utf8), at: Moment(boot: 0, real: seconds * 1_000_000_000), errors: &errors)
      }
      for step in Self.steps(script) {
        if form == "two files" { read(step.isServers ? server : service, step.text, step.seconds) }
        if form == "one file, line by line" { read(service, step.text, step.seconds) }
        if form == "one file at once" {
          if pending.seconds != step.seconds {
            read(service, pending.text, pending.seconds)
            pending = ("", step.seconds)
          }
          pending.text += step.text
        }
      }
      read(service, pending.text, pending.seconds)
      #expect(Self.summary(counts) == wanted, "\(script), \(form)")
      #expect(server.faults.isEmpty && service.faults.isEmpty)
    }
  }

  @Test("Counts never go down, and are the greater one after every line")
  func greater() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<50 {
      let counts = ServiceCounts(service: "api")
      let reader = LogReader(counts)
      var errors: [RecentError] = []
      var told: [Bool: UInt64] = [:]
      for _ in 0..<200 {
        let isServers = Bool.random(using: &random)
        told[isServers, default: 0] += 1
        let line = Self.lines[isServers ? "a" : "s"] ?? ""
        reader.read(Array((line + "\n").utf8), at: LogReaderTests.now, errors: &errors)
        let (one, other) = (told[true] ?? 0, told[false] ?? 0)
        #expect(counts.routes[0].statuses[0].count == max(one, other))
        #expect(counts.repeated == min(one, other))
        // A line of the service's has the duration, whoever was first.
        #expect(counts.routes[0].durations?.counts.reduce(0, +) ?? 0 == other)
      }
    }
  }

  @Test("A request without a series of its own is folded once")
  func folded() {
    let path = "/" + String(repeating: "x", count: Limits.logPathBytes)
    let (counts, _, _) = LogReaderTests.read(
      """
      {"method":"GET","path":"\(path)","status":200}
      INFO:     127.0.0.1:5 - "GET \(path) HTTP/1.1" 200 OK
      INFO:     127.0.0.1:5 - "GET \(path) HTTP/1.1" 404 Not Found

      """)
    #expect(LogReaderTests.requests(counts) == ["GET other 200 1", "GET other 404 1"])
    #expect(counts.folded == 2 && counts.repeated == 1)
  }

  @Test("More statuses than have room are told again as other")
  func statuses() {
    let codes = 200..<(200 + Limits.logStatusesPerRoute + 5)
    let own = codes.map { #"{"method":"GET","path":"/x","status":\#($0)}"# + "\n" }.joined()
    let servers = codes.map { #"INFO:     127.0.0.1:5 - "GET /x HTTP/1.1" \#($0) OK"# + "\n" }.joined()
    for text in [own + servers, servers + own] {
      let (counts, _, _) = LogReaderTests.read(text)
      #expect(counts.repeated == UInt64(codes.count))
      #expect(counts.routes[0].statuses.map(\.count).reduce(0, +) == UInt64(codes.count))
      #expect(counts.routes[0].statuses.last?.count == 5)
    }
  }

  @Test("A summary of both logs has each request once, in any order, and what of them is told again")
  func replay() throws {
    let folder = try ReplayFolder()
    let times = (10..<40).map { "2026-11-21T04:11:\($0)" }
    let servers = times.map {
      #"10.0.0.1 - - [21/Nov/2026:\#($0.dropFirst(11)) +0000] "GET /orders/17 HTTP/1.1" 200 2 "-" "curl""#
    }
    let own = times.map {
      #"{"timestamp":"\#($0).5Z","level":"info","method":"GET","path":"/orders/17","status":200,"duration_ms":500}"#
    }
    let paths = [
      try folder.write("access.log", Array((servers.joined(separator: "\n") + "\n").utf8)),
      try folder.write("app.log", Array((own.dropFirst(5).joined(separator: "\n") + "\n").utf8)),
    ]
    for paths in [paths, paths.reversed()] {
      let sources = paths.compactMap { ReplaySource.parse("api=\($0)") }
      let replay = try LogReplay(sources, rules: LogRules())
      replay.read()
      let report = ReplayReport(replay)
      #expect(report.requests == 30 && report.repeated == 25 && report.durations?.count == 25)
      #expect(report.course.all.reduce(0) { $0 + $1.bucket.requests } == 30)
      #expect(report.course.all.map(\.bucket.slowest).max() == 0.5)
      #expect(PlainRenderer.text(ReplayText(report: report).frame(width: 120)).contains("lines tell a request again"))
    }
  }
}
