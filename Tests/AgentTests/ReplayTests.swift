import Foundation
import Testing

@testable import VitalsAgent

@Suite("Summaries of finished logs")
struct ReplayTests {
  private static func report(_ files: [(name: String, text: String)]) throws -> (ReplayReport, ReplayFolder) {
    let folder = try ReplayFolder()
    for file in files { _ = try folder.write(file.name, Array(file.text.utf8)) }
    return (ReplayReport(try folder.replay(files.map(\.name))), folder)
  }

  @Test(
    "A log without anything in it, or with nothing but dirt, has a summary that says so",
    arguments: [
      ("", 0, ""), ("\n\n\n", 0, ""), ("\0\0\0", 1, ""), ("{\n", 1, "unterminated"), ("{}\n", 1, ""),
      ("{\"level\":\"info\"", 1, "unterminated"), (#"{"timestamp":"99999","level":"info"}"# + "\n", 1, ""),
      (#"{"timestamp":1e400,"level":"info"}"# + "\n", 1, ""), ("\u{FFFD}\u{0}\n\r\n", 1, ""),
      (#"{"timestamp":18446744073709551615,"level":"info"}"# + "\n", 1, ""),
      (
        #"{"timestamp":"2499-12-31T23:59:59Z","status":200,"method":"GET","path":"/","duration_ms":3e10}"# + "\n", 1, ""
      ),
    ])
  func broken(text: String, lines: UInt64, fault: String) throws {
    let (report, _) = try Self.report([("a.log", text)])
    #expect(report.lines <= lines)
    #expect(report.witness.faults.map(\.reason.reason) == (fault.isEmpty ? [] : [fault]))
    let json = ReplayJSON(report: report).text
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.utf8)) }
    for width in [60, 120] { #expect(!PlainRenderer.text(ReplayText(report: report).frame(width: width)).isEmpty) }
  }

  @Test("As text", arguments: [60, 80, 120])
  func text(_ width: Int) throws {
    let (report, _) = try Self.report([("api.log", ReplaySample.api), ("web.log", ReplaySample.web)])
    try Golden.expect(PlainRenderer.text(ReplayText(report: report).frame(width: width)), "replay-\(width).txt")
  }

  @Test("As JSON, which is what another program reads")
  func json() throws {
    let (report, folder) = try Self.report([("api.log", ReplaySample.api), ("web.log", ReplaySample.web)])
    let text = folder.shown(ReplayJSON(report: report).text)
    try Golden.expect(text, "replay.json")
    let found = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(found?["schema"] as? Int == 1)
    #expect((found?["requests"] as? [String: Any])?["count"] as? Int == 580)
  }

  @Test("As series: those of the agent, and those of the reading")
  func series() throws {
    let folder = try ReplayFolder()
    _ = try folder.write("api.log", Array(ReplaySample.api.utf8))
    let replay = try folder.replay(["api.log"])
    let text = ReplayExposition.text(ReplayReport(replay), replay)
    #expect(text.contains("http_requests_total{method=\"GET\",path=\"/orders/{id}\",service=\"api\",status=\"503\"}"))
    #expect(text.contains("\nvitals_replay_lines_total 566\n"))
    #expect(text.contains("\nvitals_replay_invalid_lines_total{reason=\"unterminated\"} 1\n"))
  }

  /// Requests as an access log tells them, and as the service itself does, a second later.
  private static func told(_ path: String, _ places: Range<Int>, minute: Int = 0) -> (server: String, service: String) {
    func time(_ second: Int) -> String { second < 10 ? "0\(second)" : "\(second)" }
    let server = places.map {
      "10.0.0.1 - - [21/Nov/2026:03:0\(minute):\(time($0)) +0000] \"GET \(path) HTTP/1.1\" 200 12 "
        + "\"-\" \"curl/8\"\n"
    }
    let service = places.map {
      #"{"method":"GET","path":"\#(path)","status":200,"timestamp":"2026-11-21T03:0\#(minute):\#(time($0 + 1))Z"}"#
        + "\n"
    }
    return (server.joined(), service.joined())
  }

  @Test("Services that tell the same requests are said to; others are not")
  func twins() throws {
    let (a, few, later, other) = (
      Self.told("/a", 0..<50), Self.told("/a", 0..<9), Self.told("/a", 0..<50, minute: 5), Self.told("/b", 0..<50)
    )
    func untimed(_ count: Int) -> String {
      String(repeating: "INFO:     127.0.0.1:4711 - \"GET /a HTTP/1.1\" 200 OK\n", count: count)
    }
    let cases: [(server: String, service: String, requests: UInt64?)] = [
      ("", "", nil), (a.server, "", nil), (few.server, few.service, nil), (a.server, other.service, nil),
      (a.server, later.service, nil), (a.server, a.server, nil), (a.service, a.service, nil),
      (a.server + other.server, few.service + Self.told("/a", 10..<12).service, nil),
      (a.server, a.service, 50), (a.service, a.server, 50), (a.server, few.service + other.service, nil),
      (a.server + few.server, a.service, 50), (untimed(50), a.service, 50), (untimed(60), a.service, nil),
    ]
    for one in cases {
      let (report, folder) = try Self.report([("access.log", one.server), ("app.log", one.service)])
      #expect(report.twins.map(\.requests) == (one.requests.map { [$0] } ?? []), "\(one)")
      let text = PlainRenderer.text(ReplayText(report: report).frame(width: 240))
      #expect(text.contains("seem to tell the same requests") == (one.requests != nil))
      #expect(ReplayJSON(report: report).text.contains("same_requests") == (one.requests != nil))
      guard let twin = report.twins.first else { continue }
      // What it advises counts them once.
      let sources = twin.arguments.compactMap(ReplaySource.parse)
      let replay = try LogReplay(sources, rules: LogRules())
      replay.read()
      #expect(ReplayReport(replay).requests == report.requests - (one.requests ?? 0))
      #expect(ReplayReport(replay).twins.isEmpty)
      #expect(folder.shown(twin.arguments.joined(separator: " ")).contains("=access.log"))
    }
  }

  @Test("The order in which files are named makes no difference")
  func order() throws {
    let folder = try ReplayFolder()
    let lines = ReplaySample.api.split(separator: "\n").map { $0 + "\n" }
    _ = try folder.write("api.log", Array(lines[300...].joined().utf8))
    _ = try folder.write("api.log.1", Array(lines[100..<300].joined().utf8))
    _ = try folder.write("api.log.2.gz", try #require(Gzip.compress(Array(lines[..<100].joined().utf8))))
    let names = ["api.log", "api.log.1", "api.log.2.gz"]
    let one = ReplayJSON(report: ReplayReport(try folder.replay(names))).text
    #expect(ReplayJSON(report: ReplayReport(try folder.replay(names.reversed()))).text == one)
    let whole = try ReplayFolder()
    _ = try whole.write("api.log", Array(ReplaySample.api.utf8))
    let all = ReplayReport(try whole.replay(["api.log"]))
    let parts = ReplayReport(try folder.replay(names))
    #expect(all.lines == parts.lines)
    #expect(all.durations?.p99 == parts.durations?.p99 && all.gaps == parts.gaps)
    #expect(all.witness.slow.all.map(\.id) == parts.witness.slow.all.map(\.id))
  }

  @Test("A compressed file that was cut counts as far as it goes, and says so")
  func cut() throws {
    let folder = try ReplayFolder()
    let packed = try #require(Gzip.compress(Array(ReplaySample.api.utf8)))
    _ = try folder.write("api.log.gz", Array(packed.dropLast(packed.count / 2)))
    let replay = try folder.replay(["api.log.gz"])
    #expect(
      replay.files[0].failure?.hasSuffix("the gzip data is cut off or damaged; what was read before counts") == true)
    #expect((1..<566).contains(replay.files[0].lines))
    #expect(replay.files[0].service == 0)
  }

  @Test("A line that is too long is passed over, and the numbers of the others stay the file's")
  func tooLong() throws {
    let long = String(repeating: "x", count: Limits.lineBytes + 1)
    let text = "{\"level\":\"info\"}\n\(long)\n{\n\n\(long)\(long)\n{\n\(long)"
    let (report, _) = try Self.report([("a.log", text)])
    #expect(
      report.witness.faults.map { "\($0.reason.reason) \($0.count) \($0.number)" } == [
        "too_long 3 2", "unterminated 2 3",
      ])
    #expect(report.lines == 6)
  }

  @Test("Limits of time leave out what is before and behind them, and lines without a time go with the one before")
  func window() throws {
    let folder = try ReplayFolder()
    let lines = (0..<10).map {
      #"{"level":"info","timestamp":"2026-11-21T03:00:0\#($0)Z"}"# + "\n{\"level\":\"debug\"}\n"
    }
    _ = try folder.write("a.log", Array(("{\"level\":\"error\"}\n" + lines.joined() + "{\n").utf8))
    let from = try #require(ReplayTime.parse("2026-11-21T03:00:03Z"))
    let window = ReplayWindow(from: from, to: from + 4_000_000_000)
    let report = ReplayReport(try folder.replay(["a.log"], window: window))
    #expect(report.levels.map { "\($0.level) \($0.count)" } == ["debug 4", "info 4"])
    let open = ReplayReport(try folder.replay(["a.log"], window: ReplayWindow(from: from, to: nil)))
    #expect(open.lines == 15 && open.witness.faults.first?.number == 22)
  }

  @Test("Lines of container runtimes are taken out of their wrapping, and have its time where they say none")
  func containers() throws {
    let text = """
      2026-11-21T03:00:01.5Z stdout F {"level":"info","method":"GET","path":"/a","status":200,"duration_ms":9}
      2026-11-21T03:00:02Z stdout P {"level":"info","method":"GET",
      2026-11-21T03:00:03Z stderr F {"level":"error","timestamp":"2026-11-21T03:00:02.5Z","event":"broken"}
      2026-11-21T03:00:04Z stdout F "path":"/b","status":500,"duration_ms":90}
      2026-11-21T03:00:05Z stdout F {
      {"log":"{\\"level\\":\\"debug\\"}\\n","stream":"stdout","time":"2026-11-21T03:00:06Z"}
      """
    let start = try #require(ReplayTime.parse("2026-11-21T03:00:01Z"))
    for ending in ["", "\n"] {
      let (report, folder) = try Self.report([("a.log", text + ending)])
      #expect(report.levels.map { "\($0.level) \($0.count)" } == ["info 2", "debug 1", "error 1"])
      #expect(report.witness.untimed == 0 && report.span == start + 500_000_000...start + 5_000_000_000)
      #expect(report.witness.faults.map { "\($0.reason.reason) \($0.count)" } == ["unterminated 1"])
      let window = ReplayWindow(from: start + 1_000_000_000, to: start + 5_000_000_000)
      let part = ReplayReport(try folder.replay(["a.log"], window: window))
      #expect(part.levels.map { "\($0.level) \($0.count)" } == ["error 1", "info 1"])
    }
  }

  private static let forms = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/logs/forms")

  @Test("A line's time is the one that its form has, in every form", arguments: try fixtures())
  func times(_ name: String) throws {
    let file = Array(try Data(contentsOf: Self.forms.appendingPathComponent(name)))
    let folder = try ReplayFolder()
    _ = try folder.write("a.log", file)
    var batch = TailBatch()
    batch.lines = file
    var unwrapper = LineUnwrapper()
    unwrapper.unwrap(&batch)
    let bytes = batch.lines
    let witness = try folder.replay(["a.log"]).witness
    var reader = FormReader()
    reader.look(ahead: bytes.span)
    var times: [UInt64: UInt64] = [:]
    var untimed: UInt64 = 0
    func note(_ line: LogLine, _ place: Int) {
      guard let time = line.time(bytes.span) ?? batch.clock?.time(at: place) else { return untimed += 1 }
      times[time / 1_000_000_000, default: 0] += 1
    }
    var pieces = Splitter.lines(bytes.span)
    while let piece = pieces.next(in: bytes.span) {
      if piece.isEmpty { continue }
      switch reader.read(bytes.span, piece) {
      case .record: note(reader.line, piece.lowerBound)
      case .records:
        for record in reader.records where reader.readRecord(bytes.span, record) { note(reader.line, piece.lowerBound) }
      default: break
      }
    }
    let found = witness.course.all.map { ($0.start, $0.bucket.lines) }
    #expect(Dictionary(uniqueKeysWithValues: found) == times)
    #expect(witness.untimed == untimed)
  }

  private static func fixtures() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: forms.path).filter { !$0.hasSuffix(".md") }.sorted()
  }
}
