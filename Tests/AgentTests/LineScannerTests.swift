import Foundation
import Testing

@testable import VitalsAgent

@Suite("The reader of lines")
struct LineScannerTests {
  /// The texts of paths in a line, `-` for absent, or why it was refused.
  static func read(_ paths: [String], _ line: [UInt8], check: LineScanner.Check = .form) throws -> [String] {
    let plan = try KeyPlan(paths)
    var scanner = LineScanner(plan, check: check)
    var values = LineScanner.values(of: plan)
    do throws(JSONFailure) {
      try scanner.scan(line.span, 0..<line.count, into: &values)
    } catch {
      return [error.rawValue]
    }
    return values.prefix(paths.count).map { text($0, line) }
  }

  static func text(_ value: JSONSlice, _ line: [UInt8]) -> String {
    if !value.isThere { return "-" }
    return value.text.map { line.span.string($0) } ?? line.span.string(value.range)
  }

  @Test(
    "A path that cannot be is refused",
    arguments: [
      ("", .empty), ("$", .empty), ("$.", .syntax(at: 1)), ("$.a.", .syntax(at: 3)), ("$[", .syntax(at: 1)),
      ("$[]", .syntax(at: 1)), ("$[x]", .syntax(at: 2)), ("$['a]", .syntax(at: 1)), ("$['a'", .syntax(at: 4)),
      ("$.a[1]b", .syntax(at: 6)), ("$[99999999999]", .syntax(at: 2)), ("a.b.c.d.e.f.g.h.i", .long),
      ("$.a.b.c.d.e.f.g.h.i", .long),
    ] as [(String, JSONPathError)])
  func refusedPath(path: String, error: JSONPathError) {
    #expect(throws: error) { try KeyPlan([path]) }
    #expect(throws: JSONPathError.many) { try KeyPlan([String](repeating: "a", count: Limits.jsonPaths + 1)) }
    let deep = (0...Limits.jsonWays / 128).map { "a.b.c.d.e.f.g.\($0)" }
    #expect(throws: JSONPathError.many) { try KeyPlan(deep) }
  }

  @Test(
    "A broken line is refused with its reason",
    arguments: [
      ("", .empty), (" \t", .empty), ("[]", .notObject), ("plain text", .notObject), ("{", .unterminated),
      (#"{"a"#, .unterminated), (#"{"a":"#, .unterminated), (#"{"a": "#, .unterminated), (#"{"a":1"#, .unterminated),
      (#"{"a":1,"#, .unterminated), (#"{"a":tru"#, .unterminated), (#"{"a":"x\"#, .unterminated),
      (#"{"a":"x"#, .unterminated), (#"{"a":[1,{"b":2}"#, .unterminated), (#"{"a":1,}"#, .unexpected),
      (#"{,"a":1}"#, .unexpected), (#"{"a" 1}"#, .unexpected), (#"{a:1}"#, .unexpected), (#"{"a":}"#, .unexpected),
      (#"{"a":1 "b":2}"#, .unexpected), (#"{"a":1{"b":2}}"#, .unexpected), (#"{"a":[1,]}"#, .unexpected),
      (#"{"a":[1}}"#, .unexpected), (#"{"a":{"b"}}"#, .unexpected), (#"{"w":[1,]}"#, .unexpected),
      (#"{"w":[1}}"#, .unexpected), (#"{"w":{"b"}}"#, .unexpected), (#"{"w":[1 2]}"#, .unexpected),
      (#"{"a":nul1}"#, .unexpected), (#"{"a":+1}"#, .unexpected), (#"{"a":01}"#, .number), (#"{"a":1.}"#, .number),
      (#"{"a":-}"#, .number), (#"{"a":1e}"#, .number), (#"{"a":NaN}"#, .number), (#"{"a":"\x"}"#, .escape),
      (#"{"a":"\u12g4"}"#, .escape), ("{\"a\":\"\t\"}", .control), ("{\"a\t\":1}", .control),
      (#"{"a":1}{"b":2}"#, .trailing), (#"{"a":1}x"#, .trailing),
      (#"{"a":"# + String(repeating: "[", count: 64), .deep),
      (#"{"w":"# + String(repeating: #"{"w":"#, count: 64), .deep),
    ] as [(String, JSONFailure)])
  func refused(text: String, reason: JSONFailure) throws {
    #expect(try Self.read(["a", "w.x", "$.w[0]"], Array(text.utf8)) == [reason.rawValue])
  }

  @Test(
    "A key is found flat, nested and between; of several members the last one counts",
    arguments: [
      ("http.request.method", #"{"http.request.method":"G"}"#, "G"),
      ("http.request.method", #"{"http":{"request":{"method":"G"}}}"#, "G"),
      ("http.request.method", #"{"http":{"request.method":"G"}}"#, "G"),
      ("http.request.method", #"{"http.request":{"method":"G","x":1},"y":2}"#, "G"),
      ("http.request.method", #"{"http":{"version":"1.1"},"http.request.method":"G"}"#, "G"),
      ("http.request.method", #"{"http":{"request":{"id":1}}}"#, "-"), ("a.b", #"{"a.b":1,"a":{"b":2}}"#, "2"),
      ("a.b", #"{"a":{"b":2},"a.b":1}"#, "1"), ("a.b", #"{"a.b":1,"a":{"b":2},"a":{}}"#, "1"),
      ("a.b", #"{"a":{"b":2},"a":7}"#, "-"), ("a.b", #"{"a":{"b":2},"a":"x"}"#, "-"),
      ("a.b", #"{"a":{"b":1,"b":null}}"#, "null"), ("a", #"{"a":1,"\u0061":2}"#, "2"),
      ("$.a.b[0]", #"{"a":{"b":["x","y"]}}"#, "x"), ("$.a.b[1].c", #"{"a":{"b":[0 , {"c" : true} ]}}"#, "true"),
      ("$.a[2]", #"{"a":[1,2]}"#, "-"), ("$.a[0]", #"{"a":[]}"#, "-"), ("$.a[0]", #"{"a":{"0":1}}"#, "-"),
      ("$.a[1][0]", #"{"a":[[1],[2,3]]}"#, "2"), ("$['a.b'][\"c d\"]", #"{"a.b":{"c d":-1.5e3}}"#, "-1.5e3"),
      ("$.a.b", #"{"a.b":1}"#, "-"), ("level.", #"{"level.":1}"#, "1"),
      ("a.b", #"{"a":{"b":{"c":[1,"}"]}}}"#, #"{"c":[1,"}"]}"#),
      ("$schema", #"{"$schema":"s"}"#, "s"), ("a", "{}", "-"), ("é", #"{"\u00e9":"ok"}"#, "ok"),
    ])
  func found(path: String, line: String, wanted: String) throws {
    #expect(try Self.read([path, "y", path], Array(line.utf8)).first == wanted)
    #expect(try Self.read(["y", path], Array(line.utf8)).last == wanted)
  }

  @Test("One line after another, of several forms, long keys and many among them, is read as by itself")
  func remembered() throws {
    let plan = try KeyPlan(["a", "b.c", "status", "$.list[1]"])
    var scanner = LineScanner(plan)
    var values = LineScanner.values(of: plan)
    for number in 0..<2_000 {
      let long = String(repeating: "k", count: number % 40)
      let line = Array(
        """
        {"a": \(number),\(number % 3 == 0 ? " " : "")"\(long)x": "v", "b": {"c": "\(number)"}, "n\(number % 700)": [1], \
        "list": [0, \(number % 5)], "status": 200}\(number % 2 == 0 ? " " : "")
        """.utf8)
      try scanner.scan(line.span, 0..<line.count, into: &values)
      #expect(values.prefix(4).map { Self.text($0, line) } == ["\(number)", "\(number)", "200", "\(number % 5)"])
    }
  }

  @Test(
    "What is checked only where text is checked",
    arguments: [
      ([0xFF], "a\u{FFFD}b"), ([0xC0, 0x80], "a\u{FFFD}\u{FFFD}b"), ([0xE2, 0x82], "a\u{FFFD}b"),
      ([0xED, 0xA0, 0x80], "a\u{FFFD}\u{FFFD}\u{FFFD}b"),
      ([0xF4, 0x90, 0x80, 0x80], "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b"),
      (Array(#"\ud800"#.utf8), "a\u{FFFD}b"), (Array(#"\udc00"#.utf8), "a\u{FFFD}b"),
      (Array(#"\ud800\u0041"#.utf8), "a\u{FFFD}Ab"),
    ] as [([UInt8], String)])
  func textChecked(middle: [UInt8], wanted: String) throws {
    let line = Array(#"{"k":1,"v":"a"#.utf8) + middle + Array(#"b"}"#.utf8)
    #expect(try Self.read(["k", "v"], line) == ["1", wanted])
    #expect(try Self.read(["k"], line, check: .all) == [JSONFailure.encoding.rawValue])
  }

  @Test(
    "Text that is right passes where it is checked",
    arguments: ["é", "€", "😀", "\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}", #"\ud83d\ude00"#, #"\uD7FF\uE000"#])
  func textRight(text: String) throws {
    #expect(try Self.read(["k"], Array(#"{"v":"\#(text)","k":1}"#.utf8), check: .all) == ["1"])
  }

  @Test(
    "A line ends at its line feed, wherever that stands",
    arguments: [
      ("\n", "empty"), (" \n{\"a\":1}", "empty"), ("{\n\"a\":1}", "unexpected"), ("{\"a\"\n:1}", "unexpected"),
      ("{\"a\":\n1}", "unexpected"), ("{\"a\":1\n}", "unexpected"), ("{\"a\":1,\n\"b\":2}", "unexpected"),
      ("{\"a\":\"\n\"}", "control"), ("{\"b\":[1,\n2],\"a\":1}", "unexpected"), ("{\"b\":tr\nue}", "unexpected"),
      ("{\"a\":1} x\n", "trailing"), ("{\"a\":1}", "1 7"), ("{\"a\":1}\n{\"a\":2}\n", "1 7"),
      ("{\"a\":1} \r\n\n", "1 9"), ("{\"a\" :\r1 }\t\n\n", "1 11"), ("{\"a\":12\n", "unexpected"),
      ("{\"a\":-1.5e\n3}", "number"),
    ])
  func lineFeed(text: String, wanted: String) throws {
    let plan = try KeyPlan(["a"])
    var scanner = LineScanner(plan)
    var values = LineScanner.values(of: plan)
    let bytes = Array(text.utf8)
    // The second time the line is remembered.
    for _ in 0..<2 {
      do throws(JSONFailure) {
        let end = try scanner.scan(bytes.span, 0..<bytes.count, into: &values)
        #expect("\(Self.text(values[0], bytes)) \(end)" == wanted)
      } catch {
        #expect(error.rawValue == wanted)
      }
    }
  }

  @Test("A number has the end and the value that the standard library gives it, wherever it stands", arguments: 0..<8)
  func numbers(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let letters = Array("00123456789..-+eE".utf8)
    for _ in 0..<4_000 {
      var text = (0..<Int.random(in: 1...12, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
      text[0] = UInt8.random(in: 0x30...0x39, using: &random)
      let end = text.count
      text += Array(",1}   \"x\"".utf8).prefix(Int.random(in: 0...10, using: &random))
      let bytes = text.span
      let short = JSONLexer.shortNumberEnd(bytes, from: 0, to: end)
      guard short >= 0 else { continue }
      #expect((try? JSONLexer.numberEnd(bytes, from: 0, to: end)) == short, "\(bytes.string(0..<end))")
      #expect(bytes.number(0..<short) == Double(bytes.string(0..<short)), "\(bytes.string(0..<end))")
    }
    for digits in 1...8 {
      for point in 0...digits {
        let whole = (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &random))" }
        let text = whole[..<point].joined() + (point > 0 && point < digits ? "." : "") + whole[point...].joined()
        let bytes = Array(text.utf8)
        #expect(bytes.span.number(0..<bytes.count) == Double(text), "\(text)")
      }
    }
  }

  @Test("The last line of a chunk is read as well as one with room behind it")
  func edges() throws {
    let line = #"{"method": "GET", "x": "\#(String(repeating: "y", count: 64))", "status": 200}"#
    for cut in 0..<line.utf8.count {
      for tail in [0, 40] {
        let bytes = Array(line.utf8.prefix(cut)) + [UInt8](repeating: UInt8(ascii: "\""), count: tail)
        let plan = try KeyPlan(["status"])
        var scanner = LineScanner(plan)
        var values = LineScanner.values(of: plan)
        #expect(throws: JSONFailure.self) { try scanner.scan(bytes.span, 0..<cut, into: &values) }
      }
    }
  }
}
