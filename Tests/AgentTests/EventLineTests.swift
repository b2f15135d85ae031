import Foundation
import Testing

@testable import VitalsAgent

@Suite("The agent's own log lines")
struct EventLineTests {
  static let moment = Moment(boot: 1, real: 1_700_000_000_007_999_999)

  static let hostile: [String] = [
    "\"", "\\", "\\\"", "a\nb", "\r\n", "\t", "\0", "\u{1}\u{1F}", "\u{7F}", "\u{1B}[2J", "\u{80}\u{9F}", "é",
    "\u{2028}\u{2029}", "\u{FFFD}", "👩‍👩‍👧", "\",\"level\":\"error", "}", "",
    String(decoding: [0xFF, 0xC3], as: UTF8.self),
  ]

  @Test("Whatever is said, the line is one line of JSON that says it", arguments: hostile)
  func escaping(text: String) throws {
    let line = EventLine.text(Self.moment, .warning, text, [("k" + text, text), ("path", text)])
    #expect(line.last == UInt8(ascii: "\n"))
    #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    let object = try Self.parsed(line)
    #expect(object["message"] == text)
    #expect(object["k" + text] == text)
    #expect(object["path"] == text)
    #expect(object["level"] == "warning")
    #expect(object["time"] == "2023-11-14T22:13:20.007Z")
  }

  static let long: [(String, [(name: String, value: String)])] = [
    (String(repeating: "m", count: 100_000), []),
    ("m", [("k", String(repeating: "v", count: 100_000))]),
    ("m", [("k", String(repeating: "\0", count: 100_000)), ("l", "w")]),
    ("m", [(String(repeating: "k", count: 100_000), "v")]),
    (
      String(repeating: "\"", count: 5_000),
      [(String(repeating: "\\", count: 500), String(repeating: "👩", count: 5_000))]
    ),
    ("m", (0..<500).map { (String(repeating: "k", count: 60) + String($0), String(repeating: "v", count: 900)) }),
    ("m", (0..<5_000).map { ("k\($0)", "") }),
  ]

  @Test("A line that would be too long for a pipe is cut, and still JSON", arguments: long)
  func bounds(message: String, fields: [(name: String, value: String)]) throws {
    let line = EventLine.text(Self.moment, .error, message, fields)
    #expect(line.count <= 4_096)
    let object = try Self.parsed(line)
    #expect(message.hasPrefix(try #require(object["message"])))
    #expect(object["level"] == "error")
  }

  static let dates: [(UInt64, String)] = [
    (0, "1970-01-01T00:00:00.000Z"), (951_782_405_040, "2000-02-29T00:00:05.040Z"),
  ]

  @Test("Times are padded", arguments: dates)
  func times(milliseconds: UInt64, expected: String) {
    #expect(EventLine.time(Moment(boot: 0, real: milliseconds * 1_000_000)) == expected)
  }

  private static func parsed(_ line: [UInt8]) throws -> [String: String] {
    try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: String])
  }
}
