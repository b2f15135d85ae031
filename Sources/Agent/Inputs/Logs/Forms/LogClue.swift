// What tells a form from others: a key that must be there, and how its value must look.
// SPDX-License-Identifier: Apache-2.0

/// A question about one value of a line.
struct LogClue: Sendable {
  enum Test: Sendable {
    /// It is there and not null.
    case exists
    case text
    case number
    /// A text that begins so.
    case prefix(StaticString)
    /// A text with a first letter in lower case.
    case lower
    /// A text with a first letter in upper case.
    case upper
    /// Its member is the line's first, with no space in it: what loggers write that print their fields in order.
    case leads
  }

  let path: String
  let test: Test

  /// A question about `path`.
  init(_ path: String, _ test: Test = .exists) {
    self.path = path
    self.test = test
  }

  /// Whether the value at the key passes; `start` is where the object begins.
  func passes(_ value: LogValue, _ bytes: Span<UInt8>, start: Int) -> Bool {
    switch (test, value) {
    case (_, .none): return false
    case (.exists, _): return true
    case (.text, .text), (.number, .number): return true
    case (.prefix(let wanted), .text(let text)):
      let end = text.range.lowerBound + wanted.utf8CodeUnitCount
      return end <= text.range.upperBound && bytes.equals(text.range.lowerBound..<end, wanted)
    case (.lower, .text(let text)): return text.range.first.map { bytes[$0] &- UInt8(ascii: "a") < 26 } ?? false
    case (.upper, .text(let text)): return text.range.first.map { bytes[$0] &- UInt8(ascii: "A") < 26 } ?? false
    // {"level":"info"  or  {"level":30
    case (.leads, .text(let text)): return text.range.lowerBound == start + path.utf8.count + 5
    case (.leads, .number(let range)): return range.lowerBound == start + path.utf8.count + 4
    default: return false
    }
  }
}
