import Foundation
import Testing

@testable import VitalsAgent

@Suite("The JSON reader")
struct JSONScannerTests {
  /// Reads all members, or says why not.
  static func read(_ bytes: [UInt8]) -> Result<[JSONMember], JSONFailure> {
    var scanner = JSONScanner(0..<bytes.count)
    var members: [JSONMember] = []
    do throws(JSONFailure) {
      while let member = try scanner.next(in: bytes.span) { members.append(member) }
      return .success(members)
    } catch {
      return .failure(error)
    }
  }

  @Test(
    "A broken line is refused with its reason",
    arguments: [
      ("", .empty), ("  ", .empty), ("[]", .notObject), ("plain text", .notObject), ("{", .unterminated),
      (#"{"a"#, .unterminated), (#"{"a":"#, .unterminated), (#"{"a":1"#, .unterminated), (#"{"a":tru"#, .unterminated),
      (#"{"a":"x\"#, .unterminated), (#"{"a":[1,{"b":2}"#, .unterminated), (#"{"a":1,}"#, .unexpected),
      (#"{,"a":1}"#, .unexpected), (#"{"a" 1}"#, .unexpected), (#"{a:1}"#, .unexpected),
      (#"{"a":1 "b":2}"#, .unexpected),
      (#"{"a":[1,]}"#, .unexpected), (#"{"a":[1}}"#, .unexpected), (#"{"a":{"b"}}"#, .unexpected),
      (#"{"a":{"b":1,}}"#, .unexpected), (#"{"a":nul1}"#, .unexpected), (#"{"a":+1}"#, .unexpected),
      (#"{"a":01}"#, .number), (#"{"a":1.}"#, .number), (#"{"a":-}"#, .number), (#"{"a":1e}"#, .number),
      (#"{"a":NaN}"#, .number), (#"{"a":"\x"}"#, .escape), (#"{"a":"\u12g4"}"#, .escape), ("{\"a\":\"\t\"}", .control),
      (#"{"a":1}{"b":2}"#, .trailing), (#"{"a":1}x"#, .trailing),
      (#"{"a":"# + String(repeating: "[", count: 64), .deep),
    ] as [(String, JSONFailure)])
  func refused(text: String, reason: JSONFailure) {
    #expect(Self.read(Array(text.utf8)) == .failure(reason))
  }

  @Test(
    "A text is decoded when asked",
    arguments: [
      (#"a\n\"\\\/\b\f\r\t"#, "a\n\"\\/\u{8}\u{C}\r\t"), (#"\u0041\u00e9"#, "Aé"), (#"\ud83d\ude00"#, "😀"),
      (#"\ud83d"#, "\u{FFFD}"), (#"\ude00x"#, "\u{FFFD}x"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
      (#"\ud83dA"#, "\u{FFFD}A"), (#"\u0000"#, "\0"), ("é", "é"),
    ])
  func decoded(raw: String, wanted: String) throws {
    let bytes = Array("{\"a\":\"\(raw)\"}".utf8)
    guard case .string(let text)? = try Self.read(bytes).get().first?.value else {
      Issue.record("no string")
      return
    }
    #expect(bytes.span.string(text) == wanted)
  }

  @Test("Bytes that are not UTF-8 become U+FFFD")
  func repaired() throws {
    let bytes = Array(#"{"a":""#.utf8) + [0x61, 0xFF, 0x62] + Array(#""}"#.utf8)
    guard case .string(let text)? = try Self.read(bytes).get().first?.value else {
      Issue.record("no string")
      return
    }
    #expect(bytes.span.string(text) == "a\u{FFFD}b")
  }

  @Test(
    "A number is the nearest double",
    arguments: [
      "0", "-0", "7", "-7.25", "0.1", "12.34", "1e3", "1E-3", "9007199254740993", "0.1234567890123456789", "1e400",
      "123456789012345678901234567890", "4.9e-324",
    ])
  func numbers(text: String) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.number(0..<bytes.count) == Double(text))
  }

  @Test("What Foundation accepts is accepted, what it refuses is refused", arguments: 0..<20)
  func comparedWithFoundation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var bytes = Array(Self.object(&random, depth: 0).utf8)
      if Bool.random(using: &random), !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let other = Array(#"{}[]",:\0.-tn x"#.utf8).randomElement(using: &random) ?? 0
        if Bool.random(using: &random) { bytes[place] = other } else { bytes.remove(at: place) }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let parsed = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      let ours = Self.read(bytes)
      // Foundation takes a doubled key for an error or not, by its version; ours walks on.
      guard case .success(let members) = ours else {
        #expect(parsed == nil, "refused: \(text)")
        continue
      }
      #expect(parsed != nil, "accepted: \(text)")
      for member in members {
        let value = parsed?[bytes.span.string(member.key)]
        if case .string(let string) = member.value {
          let isLast = members.last { bytes.span.string($0.key) == bytes.span.string(member.key) } == member
          if isLast { #expect(value as? String == bytes.span.string(string), "\(text)") }
        }
      }
    }
  }

  private static func object(_ random: inout SeededGenerator, depth: Int) -> String {
    var keys = Set<String>()
    for _ in 0..<Int.random(in: 0...4, using: &random) { keys.insert(string(&random)) }
    return "{" + keys.sorted().map { "\($0): \(value(&random, depth: depth + 1))" }.joined(separator: ",") + "}"
  }

  private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
    switch Int.random(in: 0...(depth > 4 ? 4 : 6), using: &random) {
    case 0: string(&random)
    case 1: String(Int.random(in: -1_000...1_000, using: &random))
    case 2: String(Double.random(in: -1...1, using: &random))
    case 3: "true"
    case 4: "null"
    case 5: object(&random, depth: depth)
    default: "[\(value(&random, depth: depth + 1)) , \(value(&random, depth: depth + 1))]"
    }
  }

  private static func string(_ random: inout SeededGenerator) -> String {
    let pieces = ["a", "status", " ", "é", #"\n"#, #"\""#, #"\u00e9"#, "😀", "7", #"\\"#]
    let count = Int.random(in: 1...4, using: &random)
    return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
  }
}
