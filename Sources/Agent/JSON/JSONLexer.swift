// The words of JSON: strings, numbers and literals, with the place that reading has come to. Apart from the scanner,
// which knows how words may follow each other.
// SPDX-License-Identifier: Apache-2.0

/// Reads one word after another of a range of bytes. Not thread-safe; no heap.
struct JSONLexer {
  static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The next byte to read.
  var at: Int
  /// The end of what may be read.
  let end: Int

  mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < end, bytes[at] <= 0x20 {
      guard bytes[at] == 0x20 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 else { return }
      at += 1
    }
  }

  /// The next byte that is not white space; it stays unread.
  mutating func peek(_ bytes: Span<UInt8>) throws(JSONFailure) -> UInt8 {
    skipSpace(bytes)
    if at >= end { throw .unterminated }
    return bytes[at]
  }

  /// The string, number or literal that begins here.
  mutating func scalar(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONValue {
    switch try peek(bytes) {
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "t"):
      try word("true", bytes)
      return .boolean(true)
    case UInt8(ascii: "f"):
      try word("false", bytes)
      return .boolean(false)
    case UInt8(ascii: "n"):
      try word("null", bytes)
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(bytes))
    case UInt8(ascii: "N"), UInt8(ascii: "I"): throw .number
    default: throw .unexpected
    }
  }

  private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) throws(JSONFailure) {
    let count = word.utf8CodeUnitCount
    if end - at < count { throw .unterminated }
    if !bytes.equals(at..<(at + count), word) { throw .unexpected }
    at += count
  }

  /// The string whose quote is the next byte.
  mutating func string(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONText {
    at += 1
    let start = at
    var isPlain = true
    while at < end {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return JSONText(range: start..<(at - 1), isPlain: isPlain)
      }
      if byte < 0x20 { throw .control }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        try escape(bytes)
        continue
      }
      if byte >= 0x80 { isPlain = false }
      at += 1
    }
    throw .unterminated
  }

  private mutating func escape(_ bytes: Span<UInt8>) throws(JSONFailure) {
    at += 1
    if at >= end { throw .unterminated }
    switch bytes[at] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      at += 1
    case UInt8(ascii: "u"):
      at += 1
      for _ in 0..<4 {
        if at >= end { throw .unterminated }
        if Self.hexDigit(bytes[at]) == nil { throw .escape }
        at += 1
      }
    default: throw .escape
    }
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONFailure) -> Range<Int> {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    let whole = at
    try digits(bytes)
    if at - whole > 1, bytes[whole] == UInt8(ascii: "0") { throw .number }
    if at < end, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try digits(bytes)
    }
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < end, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try digits(bytes)
    }
    return start..<at
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONFailure) {
    let start = at
    while at < end, bytes[at] &- UInt8(ascii: "0") <= 9 { at += 1 }
    if at == start { throw at >= end ? .unterminated : .number }
  }

  /// The value of a hexadecimal digit.
  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    default: nil
    }
  }
}
