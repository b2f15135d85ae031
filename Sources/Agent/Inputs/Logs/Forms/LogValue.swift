// A value of a log line, whatever the line's syntax: its kind and its place. Objects and arrays are no values.
// SPDX-License-Identifier: Apache-2.0

/// One value, undecoded.
enum LogValue: Hashable, Sendable {
  /// It is not there, or null.
  case none
  case text(LogText)
  /// A number as JSON has it.
  case number(Range<Int>)
  case flag(Bool)

  /// A value of a JSON object.
  init(_ value: JSONValue) {
    switch value {
    case .string(let text): self = .text(LogText(text))
    case .number(let range): self = .number(range)
    case .boolean(let flag): self = .flag(flag)
    case .null, .object, .array: self = .none
    }
  }

  /// Whether there is one.
  var isThere: Bool { self != .none }

  /// The text, if it is one.
  var text: LogText? { if case .text(let text) = self { text } else { nil } }

  /// Where it stands; a flag has no place.
  var range: Range<Int>? {
    switch self {
    case .text(let text): text.range
    case .number(let range): range
    case .none, .flag: nil
    }
  }

  /// The number, also of a text that is one.
  func number(_ bytes: Span<UInt8>) -> Double? {
    switch self {
    case .number(let range): bytes.number(range)
    case .text(let text): bytes.decimal(text.range)
    case .none, .flag: nil
    }
  }
}

extension Span where Element == UInt8 {
  /// The decimal number that fills `range` wholly, or nil: no hexadecimal, no infinity, no heap for short ones.
  func decimal(_ range: Range<Int>) -> Double? {
    guard let first = range.first else { return nil }
    var digits = 0
    var isWhole = true
    for index in range {
      switch self[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "."): isWhole = false
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        if index == first, self[index] | 0x20 == UInt8(ascii: "e") { return nil }
      default: return nil
      }
    }
    if digits == 0 { return nil }
    if !isWhole || digits < range.count { return Double(string(range)) }
    return number(range)
  }
}
