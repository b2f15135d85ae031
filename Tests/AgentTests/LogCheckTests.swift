import Testing

@testable import VitalsAgent

@Suite("Checking logs")
struct LogCheckTests {
  @Test("What was recognised is said with an example, and what could not be used with its line")
  func report() {
    var check = LogCheck()
    let text = """
      {"event":"served","level":"info","timestamp":"2026-11-21T10:00:00Z","method":"GET","path":"/x","status":200,"duration_ms":7.5}
      {"event":"served","level":"info","method":"GET","path":"/x","status":200,"duration":7.5}

      stray \u{1B}[2J words
      {"event":"served","level":"info","method":"GET","path":"/x","status":99}
      {"event":"cut
      """
    check.read(Array(text.utf8))
    check.skipLongLine()
    let lines = LogCheckReport(path: "a.log", check: check).text.split(separator: "\n")
    #expect(
      lines.map { $0.split(separator: " ").joined(separator: " ") } == [
        "a.log: 6 lines, 2 requests", "structlog: 3 lines (50.0 %), 2 requests", "time timestamp 2026-11-21T10:00:00Z",
        "level level info", "event event served", "method method GET", "path path /x", "status status 200",
        "duration duration_ms 7.5 (ms)",
        "a.log:2: the duration 'duration' has no unit and is not used; with one in its name, such as 'duration_ms', it is",
        "a.log:4: text, in a log of JSON",
        "a.log:6: the JSON ends before it is complete: a line that was cut", "a.log:7: longer than 256 KiB",
        "a.log:5: a request whose status is none is not counted",
      ])
  }

  @Test("What the message says of a request is said with where it stands, and a text of several lines is one")
  func message() {
    var check = LogCheck()
    let text = """
      {"level":"INFO","msg":"GET /orders/17 - 0.012s status=200 cache=hit"}
      {"level":"INFO","msg":"GET /orders/18 - 0.5s status=200 cache=hit"}
      {"level":"INFO","msg":"request_started method=GET path=/x"}
      {"level":"ERROR","msg":"failed","exc":"Traceback:\\r\\n  KeyError\\n\\u001b"}

      """
    check.read(Array(text.utf8))
    let lines = LogCheckReport(path: "a.log", check: check).text.split(separator: "\n")
    #expect(
      lines.map { $0.split(separator: " ").joined(separator: " ") } == [
        "a.log: 4 lines, 2 requests", "JSON: 4 lines (100.0 %), 2 requests", "level level INFO",
        "message msg GET /orders/17 - 0.012s status=200 cache=hit", "method (in the message) GET",
        "path (in the message) /orders/17", "status (in the message) 200", "duration (in the message) 0.012 (s)",
        "exception exc Traceback: KeyError \u{FFFD}", "cache (in the message) hit",
      ])
  }

  @Test("Of many lines that cannot be used for one reason the first are named")
  func many() {
    var check = LogCheck()
    check.read(Array("{}\n".utf8) + Array(String(repeating: "{\n", count: 20).utf8))
    let text = LogCheckReport(path: "a.log", check: check).text
    #expect(
      text.contains("a.log:6: ") && !text.contains("a.log:7: ") && text.contains("a.log: 15 more lines like these"))
  }

  @Test(
    "A log that is read in blocks is the same log; the status says whether all of it is used",
    arguments: [("{\"level\":\"info\"}\n", 0), ("{\"level\":\"info\"}", 0), ("{\"level\"\n", 1), ("", 0)]
      as [(String, Int32)])
  func status(text: String, wanted: Int32) throws {
    let folder = try LogFolder()
    try folder.append(String(repeating: text, count: 5_000))
    let check = try CheckLogs.check(folder.path)
    let lines = text.isEmpty ? 0 : text.hasSuffix("\n") ? 5_000 : 1
    #expect(check.lines == UInt64(lines))
    if lines > 1 { #expect(check.unused.isEmpty == (wanted == 0)) }
  }

  /// Twenty lines, by gzip(1).
  private static let zipped: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 73, 45, 75, 205, 81, 178, 82, 202, 204, 75, 203,
    87, 210, 81, 202, 77, 45, 201, 200, 79, 1, 242, 221, 93, 67, 128, 220, 130, 196, 146, 12, 32, 71, 191, 2,
    200, 46, 46, 73, 44, 41, 45, 86, 178, 50, 50, 48, 168, 229, 170, 30, 213, 56, 170, 113, 84, 227, 168, 70,
    210, 53, 2, 0, 43, 244, 132, 48, 116, 4, 0, 0,
  ]

  @Test("A compressed log is checked as what is in it; one that is cut says so, and another form names its tool")
  func compressed() throws {
    let folder = try ReplayFolder()
    let whole = try CheckLogs.check(folder.write("a.log.gz", Self.zipped))
    #expect(whole.requests == 20 && whole.unused.isEmpty && !whole.isCut)
    let cut = try CheckLogs.check(folder.write("b.log.gz", Array(Self.zipped.dropLast(9))))
    #expect(LogCheckReport(path: "b", check: cut).text.hasSuffix("b: the gzip data is cut off or damaged\n"))
    let zstd = try folder.write("c.log.zst", [0x28, 0xb5, 0x2f, 0xfd, 0])
    #expect(throws: UsageError(message: "--log \(zstd): is compressed; try: zstd -dc \(zstd) | vitals check --log -")) {
      try CheckLogs.check(zstd)
    }
  }

  @Test("A log is named as the agent is given it: with or without its service")
  func named() throws {
    let folder = try ReplayFolder()
    let path = try folder.write("a.log", Array("{}\n".utf8))
    #expect(try CheckLogs([path, "api=\(path)"]).paths == [path, path])
    #expect(throws: UsageError(message: "--log api=: must be [SERVICE=]FILE, such as api=/var/log/api.json")) {
      try CheckLogs(["api="])
    }
  }

  @Test("A log that is not there, or none, is a mistake in the call")
  func refused() {
    #expect(throws: UsageError(message: "--log /nowhere/x: No such file or directory")) {
      try CheckLogs.check("/nowhere/x")
    }
    #expect(throws: UsageError.self) { try CheckCommand([:]) }
  }
}
