// Random registries rendered and parsed back by a small reader of its own: what was recorded is what a scraper gets.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Round trip")
struct RoundTripTests {
  private static let characters: [Character] = [
    "a", "\"", "\\", "\n", "\0", "\u{FFFD}", "{", "}", ",", "=", " ", "#", "ü", "\u{301}", "😀", "\r", "\t",
  ]

  @Test("What was recorded is read back", arguments: 0..<50 as Range<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    var generator = SeededNumbers(state: seed)
    let registry = Registry()
    var expected: [String: Double] = [:]
    for number in 0..<Int.random(in: 1...5, using: &generator) {
      let name = "m\(number)"
      let gauges = try registry.gauge(name, help: Self.text(&generator), labels: ["x", "y"])
      let histogram = try registry.histogram("h\(number)", help: Self.text(&generator), buckets: .explicit([0, 1]))
      for _ in 0..<Int.random(in: 0...20, using: &generator) {
        let values = [Self.text(&generator), Self.text(&generator)]
        let value = Double(bitPattern: generator.next())
        if value.isNaN { continue }
        try gauges.labels(values).set(value)
        expected[Self.key(name, [("x", values[0]), ("y", values[1])])] = value
        histogram.observe(Double.random(in: 0...2, using: &generator))
      }
      let snapshot = histogram.snapshot
      expected[Self.key("h\(number)_bucket", [("le", "0.0")])] = Double(snapshot.counts[0])
      expected[Self.key("h\(number)_bucket", [("le", "1.0")])] = Double(snapshot.counts[0] + snapshot.counts[1])
      expected[Self.key("h\(number)_bucket", [("le", "+Inf")])] = Double(snapshot.count)
      expected[Self.key("h\(number)_count", [])] = Double(snapshot.count)
      expected[Self.key("h\(number)_sum", [])] = snapshot.sum
    }
    #expect(try Self.parse(registry.exposition(.text)) == expected)
    #expect(try Self.parse(registry.exposition(.openMetrics)) == expected)
  }

  private static func text(_ generator: inout SeededNumbers) -> String {
    String(
      (0..<Int.random(in: 0...4, using: &generator)).compactMap { _ in characters.randomElement(using: &generator) })
  }

  /// Keys are scalars, so that strings which Swift calls equal stay apart.
  private static func key(_ name: String, _ labels: [(String, String)]) -> String {
    "\(name)" + labels.filter { !$0.1.isEmpty }.map { " \($0.0)=\(Array($0.1.unicodeScalars.map(\.value)))" }.joined()
  }

  private struct Malformed: Error { let line: String }

  private static func parse(_ bytes: [UInt8]) throws -> [String: Double] {
    var result: [String: Double] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      let text = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
      let malformed = Malformed(line: String(decoding: line, as: UTF8.self))
      guard let end = text.firstIndex(where: { $0 == "{" || $0 == " " }) else { throw malformed }
      var labels: [(String, String)] = []
      var position = end
      if text[end] == "{" {
        position += 1
        while text[position] != "}" {
          guard let equals = text[position...].firstIndex(of: "=") else { throw malformed }
          let name = string(text[position..<equals])
          var value = String.UnicodeScalarView()
          position = equals + 2
          while text[position] != "\"" {
            if text[position] == "\\" {
              position += 1
              value.append(text[position] == "n" ? "\n" : text[position])
            } else {
              value.append(text[position])
            }
            position += 1
          }
          position += 1
          if text[position] == "," { position += 1 }
          labels.append((name, String(value)))
        }
        position += 1
      }
      guard let value = Double(string(text[(position + 1)...]).replacing("Inf", with: "infinity")) else {
        throw malformed
      }
      if result.updateValue(value, forKey: key(string(text[..<end]), labels)) != nil { throw malformed }
    }
    return result
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
