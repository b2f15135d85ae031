import Foundation
import Testing

@testable import VitalsAgent

@Suite("Recognising forms")
struct FormReaderTests {
  private static func rows(_ text: String) -> [LogFormTests.Wanted] { LogFormTests.read(Array(text.utf8)) }

  @Test(
    "A line that cannot be used says why",
    arguments: [
      ("{\"level\":\"info\"", "unterminated"), ("{\"a\":1}{\"b\":2}", "trailing"), ("plain words", "not_object"),
      ("   ", "empty"), ("{'a': 1}", "unexpected"), ("{\"resourceLogs\":[{]}", "unexpected"),
    ])
  func broken(line: String, reason: String) {
    #expect(Self.rows("{\"level\":\"info\",\"msg\":\"x\"}\n\(line)\n").last?.broken == reason)
  }

  @Test(
    "Text in a log of JSON is text when it says its level, and broken when nothing says what it is",
    arguments: [
      ("Traceback (most recent call last):", nil), ("Listening on port 80", nil), ("INFO:     Started", "info"),
      ("[2026-11-21 14:28:22 +0000] [14492] [WARNING] Invalid request", "warning"),
      ("2026-11-21 14:31:21.793 [main] ERROR com.shop.Api - no", "error"),
      ("2026-11-21 14:26:29.165 | DEBUG    | __main__:<module>:4 - tick", "debug"), ("WARN slow", "warning"),
      ("\u{1B}[31mERROR\u{1B}[0m:    Exception", "error"), ("warn: slow", "warning"), ("warn the owner", nil),
      ("the INFOrmation", nil), ("time=now level=warn", "warning"), ("a=1", nil),
    ] as [(String, String?)])
  func textLevels(line: String, level: String?) {
    let row = Self.rows("{\"level\":\"info\",\"msg\":\"x\"}\n\(line)\n").last
    #expect(row?.level == level)
    #expect((row?.broken == nil) == (level != nil))
  }

  @Test("A stack trace belongs to the line before, and ends where a line begins")
  func continuation() {
    let text = """
      ERROR:    Exception in ASGI application
      Traceback (most recent call last):
        File "a.py", line 1, in <module>
      { "not": "json"
      ValueError: bad

      INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 500 Internal Server Error
      print says this
      """
    let rows = Self.rows(text)
    #expect(rows.map { $0.continuation == true } == [false, true, true, true, true, false, false])
    #expect(rows[5].status == 500 && rows[5].form == "access log")
    #expect(rows[6].form == "text" && rows[6].level == "unknown")
  }

  @Test("A service that changes its logger is read right from the new one's first line on")
  func changed() {
    let old = #"{"level":"info","message":"old","duration":12,"method":"GET","path":"/a","status":200}"# + "\n"
    let new =
      #"{"level":30,"time":1795271521306,"req":{"method":"GET","url":"/b"},"res":{"statusCode":200},"responseTime":6}"#
    let rows = Self.rows(String(repeating: old, count: 2_000) + new + "\n" + old)
    #expect(rows[1_999].form == "winston" && rows[1_999].seconds == nil)
    #expect(rows[2_000].form == "pino" && rows[2_000].seconds == 0.006 && rows[2_000].path == "/b")
    #expect(rows[2_001].form == "winston")
  }

  @Test(
    "A duration counts where its unit is known: by its name, its text, or its form",
    arguments: [
      (#""duration":12"#, nil), (#""elapsed":0.5"#, nil), (#""duration":"12ms""#, 0.012), (#""took":"1.5s""#, 1.5),
      (#""duration_ms":12"#, 0.012), (#""elapsed_us":12"#, 0.000012), (#""process_time":0.5"#, 0.5),
      (#""latency_ns":1000"#, 0.000001), (#""duration":12,"duration_ms":3"#, 0.003), (#""responseTime":"3.5""#, 0.0035),
      (#""duration":"""#, nil), (#""duration":"-""#, nil), (#""service":"shop""#, nil),
    ] as [(String, Double?)])
  func units(field: String, seconds: Double?) {
    let row = Self.rows(#"{"method":"GET","path":"/x","status":200,\#(field)}"# + "\n").last
    #expect(row?.status == 200 && row?.fault == nil)
    #expect((row?.seconds == nil) == (seconds == nil))
    #expect(abs((row?.seconds ?? 0) - (seconds ?? 0)) < 1e-15)
  }

  @Test(
    "What was asked for is found in every writing",
    arguments: [
      (#""method":"GET","url":"https://other.example/x","status":200"#, nil),
      (#""request":"GET /a b HTTP/1.1","status":200"#, "GET /a b"), (#""request":"order 17","status":200"#, nil),
      (#""method":"GET","path":"/orders/17","route":"/orders/:id","status":200"#, "GET /orders/:id"),
      (#""method":"GET","path":"/x","route":"/*","status":200"#, "GET /x"),
      (#""method":"GET","path":"/x","route":"","status":200"#, "GET /x"),
      (#""method":"GET","path":"/x","http.route":"GET /x/{id}","status":200"#, "GET /x/{id}"),
      (#""http":{"method":"PUT","status_code":200},"url":{"path":"/y"}"#, "PUT /y"),
      (#""http":{"request.method":"PUT","response":{"status_code":200}},"url.path":"/y"#, nil),
      (#""http.request":{"method":"PUT"},"http":{"response.status_code":200},"url.path":"/y""#, "PUT /y"),
      (#""method":"GET","path":"/x","status":"success","status_code":200"#, "GET /x"),
      (#""message":"127.0.0.1:1 - \"GET /x HTTP/1.1\" 200""#, "GET /x"),
    ] as [(String, String?)])
  func targets(fields: String, wanted: String?) {
    let row = Self.rows("{\(fields)}\n").last
    #expect(row?.method.map { "\($0) \(row?.path ?? "")" } == wanted)
  }

  @Test(
    "A server's line is a request, whatever stands around it",
    arguments: [
      (#"10.0.0.1 - - [21/Nov/2026:14:28:24 +0000] "GET /x" 200"#, "GET /x 200"),
      (#"10.0.0.1 - - [21/Nov/2026 14:28:24] "GET /x HTTP/1.1" 200 -"#, "GET /x 200"),
      (
        #"10.0.0.1 - - [21/Nov/2026:14:28:24 +0000] "GET /x HTTP/1.1" 200 2 "-" "-" 7 "a@docker" "http://b" 12ms"#,
        "GET /x 200 0.012"
      ),
      (#"10.0.0.1 - - [21/Nov/2026:14:28:24 +0000] "GET /x HTTP/1.1" 200 2 "-" "-" 0.012"#, "GET /x 200"),
      (#"10.0.0.1 - - [21/Nov/2026:14:28:24 +0000] "GET /x\" 404 HTTP/1.1" 200 2"#, #"GET /x\" 404 200"#),
      (#"10.0.0.1 - - [21/Nov/2026:14:28:24 +0000] "-" 408 0"#, "method"),
      (#"GET /x 200 3.069 ms - -"#, "GET /x 200 0.003069"), (#"GET /x 200"#, nil), (#"say "hello" 200"#, nil),
      (#"[GIN] 2026/11/21 - 14:29:04 | abc |  2ms | 192.0.2.1 | GET  "/x""#, "status"), ("[GIN] x", nil),
    ] as [(String, String?)])
  func access(line: String, wanted: String?) {
    let row = Self.rows(line + "\n").last
    let seconds = row?.seconds.map { " \($0)" } ?? ""
    let found = row?.status.map { "\(row?.method ?? "") \(row?.path ?? "") \($0)\(seconds)" }
    #expect((found ?? row?.fault) == wanted)
  }

  @Test("No cut and no torn byte of any line does harm", arguments: LogFormTests.names)
  func hostile(name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/logs/forms/\(name).log")
    let text = try [UInt8](Data(contentsOf: file))
    var generator = SeededGenerator(seed: 7)
    let lines = text.split(separator: 10).prefix(8)
    var rows = 0
    for line in lines {
      for _ in 0..<4 {
        var broken = Array(line.prefix(Int.random(in: 0...line.count, using: &generator)))
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !broken.isEmpty {
          broken[Int.random(in: 0..<broken.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        rows += LogFormTests.read(broken).count
      }
    }
    #expect(rows > 0)
  }
}
