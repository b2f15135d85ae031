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
  /// Whether text must be UTF-8 with whole surrogate pairs; else what is not is repaired where it is decoded.
  var checksText = false
  /// Whether a line feed is no white space but ends what is read.
  var isLine = false

  mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < end, bytes[at] <= 0x20 {
      guard bytes[at] == 0x20 || bytes[at] == 10 && !isLine || bytes[at] == 13 || bytes[at] == 9 else { return }
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
  @inline(__always) mutating func string(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONText {
    let close = Self.plainEnd(bytes, from: at, to: end)
    if close < 0 { return try longString(bytes) }
    let text = JSONText(range: (at &+ 1)..<close, isPlain: true)
    at = close &+ 1
    return text
  }

  /// The closing quote of the string that begins at `quote`, if it is plain and of one or two blocks, as most are: then a
  /// mask or two find it. Else -1.
  @inline(__always) static func plainEnd(_ bytes: Span<UInt8>, from quote: Int, to end: Int) -> Int {
    var place = quote &+ 1
    var ends = bytes.asciiEnds(at: place)
    if ends == 0 {
      place &+= Span<UInt8>.blockBytes
      ends = bytes.asciiEnds(at: place)
    }
    place &+= ends.trailingZeroBitCount
    return place < end && bytes[place] == UInt8(ascii: "\"") ? place : -1
  }

  @inline(never) private mutating func longString(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONText {
    at += 1
    let start = at
    var isPlain = true
    while at < end {
      let block = at
      var ends = isPlain || checksText ? bytes.asciiEnds(at: at) : bytes.stringEnds(at: at)
      while ends != 0 {
        at = block &+ ends.trailingZeroBitCount
        if at >= end { throw .unterminated }
        switch bytes[at] {
        case UInt8(ascii: "\""):
          at += 1
          return JSONText(range: start..<(at - 1), isPlain: isPlain)
        case UInt8(ascii: "\\"):
          isPlain = false
          try escape(bytes)
        case 0x80...:
          isPlain = false
          if checksText { try character(bytes) } else { at += 1 }
        default: throw .control
        }
        // The rest of the block; what was read may reach past it.
        ends &= UInt32.max << UInt32(truncatingIfNeeded: at &- block)
      }
      at = max(at, block &+ Span<UInt8>.blockBytes)
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
      let unit = try fourDigits(bytes)
      if checksText, unit & 0xF800 == 0xD800 { try secondHalf(of: unit, bytes) }
    default: throw .escape
    }
  }

  private mutating func fourDigits(_ bytes: Span<UInt8>) throws(JSONFailure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      if at >= end { throw .unterminated }
      guard let digit = bytes[at].hexDigit else { throw .escape }
      unit = unit << 4 | UInt32(digit)
      at += 1
    }
    return unit
  }

  /// Reads what must follow the first half of a surrogate pair.
  private mutating func secondHalf(of unit: UInt32, _ bytes: Span<UInt8>) throws(JSONFailure) {
    if unit >= 0xDC00 { throw .encoding }
    if at >= end { throw .unterminated }
    guard at + 1 < end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { throw .encoding }
    at += 2
    if try fourDigits(bytes) & 0xFC00 != 0xDC00 { throw .encoding }
  }

  /// Reads one character of more than one byte, as table 3-7 of the Unicode standard has it: no overlong form, no
  /// surrogate, nothing past U+10FFFF.
  private mutating func character(_ bytes: Span<UInt8>) throws(JSONFailure) {
    let first = bytes[at]
    let more: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: more = 1
    case 0xE0...0xEF:
      more = 2
      if first == 0xE0 { second = 0xA0...0xBF }
      if first == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      more = 3
      if first == 0xF0 { second = 0x90...0xBF }
      if first == 0xF4 { second = 0x80...0x8F }
    default: throw .encoding
    }
    for offset in 1...more {
      if at + offset >= end { throw .unterminated }
      let byte = bytes[at + offset]
      if !(offset == 1 ? second : 0x80...0xBF).contains(byte) { throw .encoding }
    }
    at += more + 1
  }

  /// Steps over the object or array that begins here, inside `outer` open ones; those of its own are bits of a word, 1 for
  /// an object.
  mutating func skipNested(_ bytes: Span<UInt8>, depth outer: Int) throws(JSONFailure) {
    var open: UInt64 = 0
    var depth = outer
    var wantsValue = true
    var mayClose = false
    while true {
      let byte = try peek(bytes)
      let isObject = open & 1 == 1
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]"), depth > outer, mayClose || !wantsValue {
        if isObject != (byte == UInt8(ascii: "}")) { throw .unexpected }
        at += 1
        open >>= 1
        depth -= 1
        if depth == outer { return }
        wantsValue = false
        mayClose = false
        continue
      }
      if !wantsValue {
        if byte != UInt8(ascii: ",") { throw .unexpected }
        at += 1
        wantsValue = true
        mayClose = false
        continue
      }
      if depth > outer, isObject {
        if byte != UInt8(ascii: "\"") { throw .unexpected }
        _ = try self.string(bytes)
        if try peek(bytes) != UInt8(ascii: ":") { throw .unexpected }
        at += 1
      }
      let first = try peek(bytes)
      if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
        if depth >= Limits.jsonDepth { throw .deep }
        at += 1
        open = open << 1 | (first == UInt8(ascii: "{") ? 1 : 0)
        depth += 1
        mayClose = true
      } else {
        _ = try scalar(bytes)
        wantsValue = false
        mayClose = false
      }
    }
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONFailure) -> Range<Int> {
    let start = at
    try skipNumber(bytes)
    return start..<at
  }

  /// Steps over the number whose first byte, a digit or a minus, is the next.
  private mutating func skipNumber(_ bytes: Span<UInt8>) throws(JSONFailure) {
    at = try Self.numberEnd(bytes, from: at, to: end)
  }

  /// The end of the number that begins at `start` with a digit, if it and the byte behind fit in a machine word and it has
  /// no exponent, as most do. Else -1: what is wrong with it, if anything, others find out.
  @inline(__always) static func shortNumberEnd(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let word = bytes.word(at: start, count: 8)
    var others = word.bytesThatAreNoDigits
    var offset = others.trailingZeroBitCount >> 3
    if offset > 1, word & 0xFF == 0x30 { return -1 }
    var next = UInt8(truncatingIfNeeded: word >> UInt64(truncatingIfNeeded: offset &* 8))
    if next == UInt8(ascii: ".") {
      let point = offset
      others &= others &- 1
      offset = others.trailingZeroBitCount >> 3
      if offset == point &+ 1 { return -1 }
      next = UInt8(truncatingIfNeeded: word >> UInt64(truncatingIfNeeded: offset &* 8))
    }
    return offset > 7 || next | 0x20 == UInt8(ascii: "e") || start &+ offset > end ? -1 : start &+ offset
  }

  /// The end of the number that begins at `start` with a digit or a minus.
  @inline(__always) static func numberEnd(
    _ bytes: Span<UInt8>, from start: Int, to end: Int
  ) throws(JSONFailure) -> Int {
    var at = start
    if bytes[at] == UInt8(ascii: "-") { at &+= 1 }
    let whole = at
    at = try digitsEnd(bytes, from: at, to: end)
    if at &- whole > 1, bytes[whole] == UInt8(ascii: "0") { throw .number }
    if at < end, bytes[at] == UInt8(ascii: ".") { at = try digitsEnd(bytes, from: at &+ 1, to: end) }
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at &+= 1
      if at < end, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at &+= 1 }
      at = try digitsEnd(bytes, from: at, to: end)
    }
    return at
  }

  @inline(__always) private static func digitsEnd(
    _ bytes: Span<UInt8>, from start: Int, to end: Int
  ) throws(JSONFailure) -> Int {
    var at = start
    while at < end, bytes[at] &- UInt8(ascii: "0") <= 9 { at &+= 1 }
    if at == start { throw at >= end ? .unterminated : .number }
    return at
  }
}
