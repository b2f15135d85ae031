// One line of a text of metrics, taken from left to right: words, names, labels in quotes. Blanks and tabs part words.
// SPDX-License-Identifier: Apache-2.0

/// A cursor over a line.
struct TextLine {
  private let bytes: [UInt8]
  private var at = 0
  /// The line's number, for faults.
  let number: Int

  init(_ bytes: ArraySlice<UInt8>, number: Int) {
    self.bytes = Array(bytes)
    self.number = number
  }

  /// A fault at this line.
  func fault(_ reason: String) -> TextFault { TextFault(line: number, reason: reason) }

  /// Whether nothing is left.
  var isAtEnd: Bool { at >= bytes.count }

  /// Whether the next byte is this one.
  func isNext(_ byte: Unicode.Scalar) -> Bool { at < bytes.count && bytes[at] == UInt8(ascii: byte) }

  /// Steps over the next byte if it is this one.
  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    if !isNext(byte) { return false }
    at += 1
    return true
  }

  /// Steps over blanks.
  mutating func skipBlanks() { while isNext(" ") || isNext("\t") { at += 1 } }

  /// The bytes up to a blank or the end.
  mutating func word() -> String {
    let start = at
    while at < bytes.count, bytes[at] != 32, bytes[at] != 9 { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  /// A metric's or label's name; empty when there is none.
  mutating func name(colon: Bool) -> String {
    let start = at
    while at < bytes.count, TextLine.isNameByte(bytes[at], first: at == start, colon: colon) { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private static func isNameByte(_ byte: UInt8, first: Bool, colon: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    case UInt8(ascii: ":"): colon
    default: false
    }
  }

  /// All that is left, with `\\` and `\n` for a backslash and a line feed.
  mutating func rest() throws(TextFault) -> String {
    var text: [UInt8] = []
    while at < bytes.count { text.append(try escaped(quotes: false)) }
    return try valid(text)
  }

  /// A label's value, up to its closing quote.
  mutating func quoted() throws(TextFault) -> String {
    guard take("\"") else { throw fault("a label's value stands in no quotes") }
    var text: [UInt8] = []
    while !isNext("\"") {
      if isAtEnd { throw fault("a label's value has no closing quote") }
      text.append(try escaped(quotes: true))
    }
    at += 1
    return try valid(text)
  }

  private mutating func escaped(quotes: Bool) throws(TextFault) -> UInt8 {
    defer { at += 1 }
    if bytes[at] != UInt8(ascii: "\\") { return bytes[at] }
    at += 1
    if isNext("\\") { return UInt8(ascii: "\\") }
    if isNext("n") { return UInt8(ascii: "\n") }
    if quotes, isNext("\"") { return UInt8(ascii: "\"") }
    throw fault("a backslash escapes what needs none")
  }

  private func valid(_ text: [UInt8]) throws(TextFault) -> String {
    guard let text = String(validating: text, as: UTF8.self) else { throw fault("is not UTF-8") }
    return text
  }
}
