import CVitalsAgent
import Foundation
import Testing

@testable import VitalsAgent

@Suite("The reader of lines agrees with others")
struct JSONAgreementTests {
  private static let paths = ["a", "a.b", "b", "$.a[1]", "status", "$.a.b[0].c", "é", "c.d.e"]

  /// What Foundation makes of a line: nil when it refuses.
  private static func foundation(_ line: [UInt8]) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
  }

  /// Valid values, each of which is put into an object.
  static let valid = [
    #""""#, #""a""#, #""\u0000""#, #""\"\\\/\b\f\n\r\t""#, #""\uD834\uDD1E""#, #""\uabcd\uABCD""#, #""é€😀""#,
    "\"\u{7F}\"",
    "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"", "\"\u{10FFFF}\"", "0", "-0", "1", "-1", "123456789", "1.5", "-0.5e-3",
    "1E5",
    "1e+5", "1e05", "0e0", "0.1", "1.7976931348623157e308", "true", "false", "null", "[]", "{}", "[[]]", "[1]",
    "[ 1 , 2 ]", "[1,\r2]", "[\t]", #"{"a":{}}"#, #"{"":0}"#, #"{"a":1,"a":2}"#, "[null,true,[{}]]",
    " 1 ", "\r\r\t 1", #"{"b":[{"c":1}]}"#, #"[0,{"b":2}]"#,
    String(repeating: "[", count: 62) + String(repeating: "]", count: 62),
    "\"" + String(repeating: "x", count: 100) + "\"",
  ]

  /// Values that JSON does not have.
  static let invalid = [
    "", "'a'", "\"a", "a\"", #""\a""#, #""\u""#, #""\u12""#, #""\u123""#, #""\u123g""#, #""\U0041""#, #""\x41""#,
    #""\"#,
    "\"\n\"", "\"\t\"", "\"\0\"", "\"\u{1F}\"", #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, "01",
    "-",
    "-01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "1ee5", "0x1", "1_000", "Infinity", "-Infinity", "NaN", "1 2", "--1",
    "True", "TRUE", "tru", "truee", "nul", "None", "undefined", "[", "]", "[1", "[1,", "[,1]", "[1 2]", "[1}",
    "[1:2]", "{", "}", #"{"a"}"#, #"{"a":}"#, #"{,"a":1}"#, #"{"a" 1}"#, "{a:1}", "{1:1}", "{'a':1}",
    #"{"a":1 "b":2}"#, #"{"a"::1}"#, #"{"a":1,,"b":2}"#, "/* c */ 1", "1 // c", "\u{A0}1", "\u{FEFF}1", "\u{C}1",
    "\u{B}1",
    "*", "\\", "[\"a\",\n\"", #"["a":1]"#, #"{"a":1]"#, "[[1]", "1,", ",1", #""a"b"#,
  ]

  /// What Foundation reads although JSON does not have it; ``FoundationReader`` refuses it.
  static let lax = ["[1,]", "[1 , ]", #"{"a":1,}"#]

  @Test("Everything that Foundation reads is read", arguments: valid)
  func accepted(value: String) throws {
    let line = Array(#"{"k":\#(value),"v":7}"#.utf8)
    #expect(Self.foundation(line) != nil)
    for check in [LineScanner.Check.form, .all] {
      #expect(try LineScannerTests.read(["v", "k.x", "$.k[0]"], line, check: check).first == "7")
      #expect(try LineScannerTests.read(["v"], line, check: check) == ["7"])
    }
  }

  @Test("Everything that Foundation refuses is refused, and a comma too many", arguments: invalid + lax)
  func refused(value: String) throws {
    let line = Array(#"{"k":\#(value),"v":7}"#.utf8)
    #expect((Self.foundation(line) == nil) != Self.lax.contains(value))
    #expect(FoundationReader(line) == nil)
    #expect(ReferenceReader.read(line, checksText: true) == nil)
    for paths in [["v"], ["v", "k.x", "$.k[0]"]] {
      let read = try LineScannerTests.read(paths, line, check: .all)
      #expect(JSONFailure(rawValue: read[0]) != nil, "\(value): \(read)")
    }
  }

  @Test("Changed at random, a line is read or refused as by a plain reader, and as by Foundation", arguments: 0..<24)
  func mutated(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let ways = try Self.paths.map { try JSONPath.ways($0) }
    let plan = try KeyPlan(Self.paths)
    for check in [LineScanner.Check.form, .all] {
      // One scanner for all lines, as a log has it: what is remembered must not matter.
      var scanner = LineScanner(plan, check: check)
      var values = LineScanner.values(of: plan)
      for _ in 0..<300 {
        let line = Self.line(&random)
        let wanted = ReferenceReader.read(line, checksText: check == .all)
        let text = String(decoding: line, as: UTF8.self)
        let foundation = FoundationReader(line)
        // Text that is not UTF-8 is refused there always, here when it is checked.
        if check == .all || foundation != nil { #expect((foundation != nil) == (wanted != nil), "\(text)") }
        do throws(JSONFailure) {
          try scanner.scan(line.span, 0..<line.count, into: &values)
        } catch {
          #expect(wanted == nil, "refused, \(error): \(text)")
          continue
        }
        #expect(wanted != nil, "accepted: \(text)")
        for (field, ways) in ways.enumerated() {
          let value = wanted?.find(ways)
          #expect(values[field].kind == value?.kind ?? .absent, "\(Self.paths[field]): \(text)")
          if let value { #expect(values[field].range == value.range, "\(Self.paths[field]): \(text)") }
          if let foundation, let wanted, !FoundationReader.mixesKeys(wanted) {
            let isSame = foundation.agrees(ways, values[field], line.span)
            #expect(isSame, "\(Self.paths[field]): \(text)")
          }
        }
      }
    }
  }

  /// A line of members in a usual order, in which something may have been changed.
  private static func line(_ random: inout SeededGenerator) -> [UInt8] {
    let keys = ["a", "status", "b", "c", "a.b", #"\u00e9"#, "é", "c.d", "x\(Int.random(in: 0..<3, using: &random))"]
    let space = Int.random(in: 0..<4, using: &random) == 0 ? " " : ""
    let kept = keys.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
    var text = kept.map { "\"\($0)\":\(space)\(value(&random, 0))" }.joined(separator: ",\(space)")
    text = "{\(space)\(text)}\(space)"
    var bytes = Array(text.utf8)
    for _ in 0..<[0, 0, 1, 3][Int.random(in: 0..<4, using: &random)] where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.remove(at: place)
      case 1:
        // A line has no line feed.
        let byte = UInt8.random(in: 0...255, using: &random)
        bytes[place] = byte == 10 ? 13 : byte
      case 2: bytes.insert(Array(#"{}[]",:\0.-tn x"#.utf8).randomElement(using: &random) ?? 0, at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  private static func value(_ random: inout SeededGenerator, _ depth: Int) -> String {
    let texts = [
      "\"\"", "\"x\"", #""\n\"é""#, #""\ud83d\ude00""#, "\"\(String(repeating: "long ", count: 14))\"", "0", "-1.5",
      "12e3",
      "true", "false", "null", "{}", "[]",
    ]
    switch Int.random(in: 0..<(depth > 3 ? 4 : 7), using: &random) {
    case 4: return "{\"b\":\(value(&random, depth + 1)),\"d\":{\"e\":\(value(&random, depth + 1))}}"
    case 5: return "[\(value(&random, depth + 1)), \(value(&random, depth + 1))]"
    case 6: return "{\"d.e\":1,\"b\":[{\"c\":\(value(&random, depth + 1))}]}"
    default: return texts.randomElement(using: &random) ?? "0"
    }
  }

  @Test("The two ways to compute a byte mask give the same bits", arguments: 0..<8)
  func masks(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let special: [UInt8] = [
      0, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x2F, 0x3F, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF,
    ]
    for _ in 0..<2_000 {
      let bytes = (0..<32).map { _ in special.randomElement(using: &random) ?? UInt8.random(in: 0...255, using: &random)
      }
      let other = bytes.map { Bool.random(using: &random) ? $0 : special.randomElement(using: &random) ?? 0 }
      let strings = bytes.map { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }
      let ascii = zip(bytes, strings).map { $0 >= 0x80 || $1 }
      let differs = zip(bytes, other).map { $0 != $1 }
      let any = bytes.map { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 }
      let wanted = [strings, ascii, differs, any].map(Self.mask)
      let wide = unsafe [
        cvitals_string_ends(bytes), cvitals_ascii_ends(bytes), cvitals_differences(bytes, other),
        cvitals_any(bytes, 0x2F, 0x3F, 0x23),
      ]
      let portable = unsafe [
        cvitals_string_ends_portable(bytes), cvitals_ascii_ends_portable(bytes),
        cvitals_differences_portable(bytes, other), cvitals_any_portable(bytes, 0x2F, 0x3F, 0x23),
      ]
      #expect(wide == wanted && portable == wanted)
      #expect(bytes.span.asciiEnds(at: 0) == wanted[1] && bytes.span.stringEnds(at: 0) == wanted[0])
      // Where no whole block is there, what is past the end counts as an end.
      #expect(bytes.span.asciiEnds(at: 7) == wanted[1] >> 7 | 0xFE00_0000)
      let count = Int.random(in: 0...40, using: &random)
      let words = SIMD4((0..<4).map { bytes.span.word(at: $0 * 8, count: count - $0 * 8) })
      #expect(bytes.span.words(at: 0, count: count) == words)
      let both = bytes + other
      #expect(both.span.words(at: 5, count: count)[3] == both.span.word(at: 29, count: count - 24))
      #expect(bytes.span.words(at: 5, count: count)[3] == bytes.span.word(at: 29, count: min(3, count - 24)))
    }
  }

  private static func mask(_ bits: [Bool]) -> UInt32 {
    bits.enumerated().reduce(0) { $1.element ? $0 | 1 << UInt32($1.offset) : $0 }
  }
}
