import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Errors by kind")
struct ErrorKindTests {
  private static func fold(_ text: String) -> String {
    var fold = ErrorFold()
    fold.begin()
    fold.add(Array(text.utf8).span)
    return String(decoding: fold.template, as: UTF8.self)
  }

  /// `template count`, a row each, of a log's text.
  private static func kinds(_ text: String) -> [String] {
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    reader.read(Array(text.utf8), at: LogReaderTests.now, errors: &errors)
    reader.settle(at: Moment(boot: 2_000_000_000, real: 50))
    return reader.counts.errors.map { "\($0.template) \($0.count)" }
  }

  @Test(
    "What changes from line to line is a placeholder, what somebody wrote stays",
    arguments: [
      ("", ""), ("   ", ""), ("\u{1B}[31mfailed\u{7F}\n\tagain", "failed again"), ("it's \"open", "it's \"open"),
      ("'unclosed \"both", "'unclosed \"both"), ("\"\" is empty, '' too", "\"\" is empty, '' too"),
      ("....", "...."), ("-", "-"), ("::", "::"), ("@", "@"), ("a@", "a@"), (":1", ":{n}"), ("漢字 17 é", "漢字 {n} é"),
      ("\"a\\", "\"a\\"), ("0x", "{n}x"),
      ("order 17 failed", "order {n} failed"), ("failed after 30s, 1.5ms, -2", "failed after {n}s, {n}ms, {n}"),
      ("KeyError: 'price'", "KeyError: '{text}'"), ("can't open `x` or \"a b\"", "can't open `{text}` or \"{text}\""),
      ("\"it \\\"is\\\" so\" said", "\"{text}\" said"), ("ids [1, 2, 3] and ['a', 'b']", "ids [{n}] and ['{text}']"),
      ("user 8f1c02d4-0b1e-4a3c-9d2f-0123456789ab gone", "user {id} gone"), ("commit 9fceb02d0ae598e95", "commit {id}"),
      ("job_8f1c2 on worker-3 of node12", "job_{id} on worker-{n} of node{n}"),
      ("x86_64 utf8 sha256", "x{n}_{n} utf{n} sha{n}"),
      ("connect to 10.0.0.7:5432: refused", "connect to {address}: refused"),
      ("dial tcp [fe80::1]:80 or 2001:db8::17", "dial tcp [{address}]:{n} or {address}"),
      ("at 0x7f3a5c001200", "at {address}"), ("mail to a.b+1@shop.example bounced", "mail to {email} bounced"),
      ("since 2026-11-21T04:11:11.084468Z", "since {time}"), ("at 2026-11-21 04:11:11,123 UTC", "at {time},{n} UTC"),
      ("GET /orders/17/items/8f1c2 failed", "GET /orders/{id}/items/{id} failed"),
      ("code:17 host:5432", "code:{n} host:{n}"), ("line 12.", "line {n}."), ("v1.2.3", "v{n}.{n}.{n}"),
      ("the cafe is dead: beef", "the cafe is dead: beef"), ("5xx from 3rd", "{n}xx from {n}rd"),
    ])
  func templates(text: String, wanted: String) { #expect(Self.fold(text) == wanted) }

  @Test("A template is cut before a character, whatever the text is")
  func cut() {
    for length in 1...3 {
      let text = String(repeating: "a", count: length) + String(repeating: "é漢", count: 500)
      let template = Self.fold(text)
      #expect(template.utf8.count <= Limits.errorTemplateBytes)
      #expect(template.utf8.count > Limits.errorTemplateBytes - 4)
      #expect(text.hasPrefix(template))
    }
    var random = SeededGenerator(seed: 17)
    for _ in 0..<2_000 {
      let letters = Array("a1 '\"`\\:./-_@0xé[],Z\n".unicodeScalars)
      var text = ""
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        text.unicodeScalars.append(letters.randomElement(using: &random) ?? "a")
      }
      let template = Self.fold(text)
      #expect(!template.contains { $0 < " " && $0.isASCII })
      #expect(Self.fold(text) == template)
    }
  }

  @Test(
    "Lines of every form count under what they say, with what their exception says",
    arguments: [
      (#"{"level":"info","event":"x"}"#, []), (#"{"level":"warning","event":"x"}"#, []),
      (#"{"level":"info","method":"GET","path":"/x","status":500}"#, []), ("not a line\n", []),
      (#"{"level":"error"}"#, ["no text 1"]), (#"{"level":"error","event":"","exception":""}"#, ["no text 1"]),
      (#"{"level":"error","event":"broken \ud800 \u0000 text"}"#, ["broken \u{FFFD} text 1"]),
      (#"{"level":"error","event":"order_failed","order_id":17}"#, ["order_failed 1"]),
      (#"{"level":"FATAL","message":"pool 3 is gone"}"#, ["pool {n} is gone 1"]),
      (
        #"{"level":"error","event":"failed","exception":"Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: bad 17"}"#,
        ["failed: ValueError: bad {n} 1"]
      ),
      (
        #"{"level":"error","event":"failed","exception":[{"exc_type":"KeyError","exc_value":"'a'"}]}"#,
        ["failed: KeyError: '{text}' 1"]
      ),
      (
        #"{"level":"error","msg":"call","error":"dial tcp 10.0.0.7:80: refused"}"#,
        ["call: dial tcp {address}: refused 1"]
      ),
      (
        #"{"@timestamp":"2026-11-21T10:00:00Z","log.level":"error","message":"no","error.type":"java.lang.X","ecs.version":"1"}"#,
        ["no: java.lang.X 1"]
      ),
      ("level=error msg=\"job 17 died\" err=EOF\nlevel=error msg=\"job 18 died\" err=EOF", ["job {n} died: EOF 2"]),
      (
        "2026-11-21 10:00:00,1 ERROR in app: no 17\nTraceback (most recent call last):\n  File \"a\"\nKeyError: 'a'\n",
        ["in app: no {n}: KeyError: '{text}' 1"]
      ),
      (
        "2026-11-21 10:00:00 ERROR boom\njava.lang.IllegalStateException: 17\n\tat a.B(C.java:1)\n2026-11-21 10:00:01 INFO on\n",
        ["boom: java.lang.IllegalStateException: {n} 1"]
      ),
      ("2026-11-21 10:00:00 ERROR boom\n  more of the message\n", ["boom 1"]),
      (#"{"level":"error","message":"a\nTraceback (most recent call last):\n  x\nE: 1"}"#, ["a: E: {n} 1"]),
      (
        #"{"level":50,"time":1795255200123,"pid":1,"hostname":"h","msg":"died","err":{"type":"TypeError","message":"x","stack":"TypeError: x is 1\n  at y"}}"#,
        ["died: TypeError: x is {n} 1"]
      ),
    ])
  func lines(text: String, wanted: [String]) { #expect(Self.kinds(text) == wanted) }

  @Test("A line of text waits for its stack trace, in the next chunk too, and not for ever")
  func openLine() {
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    func read(_ text: String, _ second: UInt64) {
      reader.read(Array(text.utf8), at: Moment(boot: second * 1_000_000_000, real: 42), errors: &errors)
    }
    read("2026-11-21 10:00:00 ERROR no 17\n", 1)
    #expect(reader.counts.errors.isEmpty)
    read("Traceback (most recent call last):\n", 1)
    reader.settle(at: Moment(boot: 1_500_000_000, real: 42))
    #expect(reader.counts.errors.isEmpty)
    read("ValueError: 17\n2026-11-21 10:00:01 ERROR no 18\n", 2)
    #expect(reader.counts.errors.map(\.template) == ["no {n}: ValueError: {n}"])
    reader.settle(at: Moment(boot: 3_000_000_000, real: 42))
    #expect(reader.counts.errors.map(\.template) == ["no {n}: ValueError: {n}", "no {n}"])
    reader.settle(at: Moment(boot: 9_000_000_000, real: 42))
    #expect(reader.counts.errors.map(\.count) == [1, 1])
  }

  @Test("A long traceback is read at its end, chained and grouped ones at the last exception")
  func stacks() {
    let frames = String(repeating: #"  File \"app.py\", line 17, in pay\n    pay(order)\n"#, count: 400)
    let header = "Traceback (most recent call last):"
    let group =
      #"  + Exception Group \#(header)\n  |   File \"a\"\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+-- 1 --\n    | \#(header)\n    |   File \"a\"\n    | ValueError: 17\n    +---"#
    for (stack, wanted) in [
      (header + #"\n"# + frames + "shop.errors.NoPrice: 17", "x: shop.errors.NoPrice: {n}"),
      (
        header + #"\n"# + frames + "KeyError: 1" + #"\n\nDuring handling:\n\n"# + header + #"\n"# + frames
          + "OSError: 2", "x: OSError: {n}"
      ),
      (group, "x: ValueError: {n}"), (header, "x"),
    ] {
      #expect(Self.kinds(#"{"level":"error","event":"x","exception":"\#(stack)"}"#) == [wanted + " 1"])
    }
  }

  @Test("Past the limit errors are other, and the sum stays exact")
  func limit() {
    var text = ""
    for number in 0..<(Limits.errorKinds + 50) {
      let word = String(number).map { Array("abcdefghij")[$0.wholeNumberValue ?? 0] }
      text += #"{"level":"error","event":"failed \#(String(word))"}"# + "\n"
    }
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    reader.read(Array((text + text).utf8), at: LogReaderTests.now, errors: &errors)
    let kinds = reader.counts.errors
    #expect(kinds.count == Limits.errorKinds + 1)
    #expect(kinds.last.map { "\($0.template) \($0.count)" } == "other 100")
    #expect(kinds.reduce(0) { $0 + $1.count } == UInt64(2 * Limits.errorKinds + 100))
  }

  @Test("First and last time, the worst level and the latest text are kept, whatever the order of lines")
  func life() throws {
    let lines = [
      ("2026-11-21T10:00:05Z", "error", 1), ("2026-11-21T10:00:09Z", "critical", 2),
      ("2026-11-21T10:00:01Z", "error", 3),
    ]
    let text = lines.map { #"{"timestamp":"\#($0.0)","level":"\#($0.1)","event":"no \#($0.2)"}"# }.joined(
      separator: "\n")
    let reader = LogReader(ServiceCounts(service: "api"))
    var errors: [RecentError] = []
    reader.read(Array(text.utf8), at: LogReaderTests.now, errors: &errors)
    let kind = try #require(reader.counts.errors.first)
    #expect(kind.first == 1_795_255_201_000_000_000)
    #expect(kind.last == 1_795_255_209_000_000_000)
    #expect(kind.level == .critical)
    #expect(String(decoding: kind.example, as: UTF8.self) == "no 2")
    #expect(kind.labels["fingerprint"] == "no {n}")
    #expect(kind.labels["service"] == "api")
  }
}
