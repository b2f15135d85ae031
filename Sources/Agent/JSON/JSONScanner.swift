// Reads one JSON object of a log line without allocating: the members of the top level come out one by one as ranges,
// what lies deeper is checked and stepped over. As strict as RFC 8259, UTF-8 apart, which is repaired where a text is
// decoded: a torn line must never count as a request, a stray Latin-1 letter must not lose one.
// SPDX-License-Identifier: Apache-2.0

/// Walks the members of one object. Not thread-safe; costs one pass over the bytes and no heap.
struct JSONScanner {
  static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  private enum Place {
    case before, first, later, after
  }

  private var at: Int
  private let end: Int
  private var place = Place.before

  /// Will read the object that fills `range`, white space around it allowed.
  init(_ range: Range<Int>) {
    at = range.lowerBound
    end = range.upperBound
  }

  /// The next member, or nil after the object's well-formed end. After a failure there is nothing more to read.
  mutating func next(in bytes: Span<UInt8>) throws(JSONFailure) -> JSONMember? {
    if place == .after { return nil }
    if place == .before {
      skipSpace(bytes)
      if at >= end { throw .empty }
      if bytes[at] != UInt8(ascii: "{") { throw .notObject }
      at += 1
      place = .first
    }
    var byte = try peek(bytes)
    if byte == UInt8(ascii: "}") {
      at += 1
      return try finish(bytes)
    }
    if place == .later {
      if byte != UInt8(ascii: ",") { throw .unexpected }
      at += 1
      byte = try peek(bytes)
    }
    place = .later
    if byte != UInt8(ascii: "\"") { throw .unexpected }
    let key = try string(bytes)
    if try peek(bytes) != UInt8(ascii: ":") { throw .unexpected }
    at += 1
    return JSONMember(key: key, value: try value(bytes))
  }

  private mutating func finish(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONMember? {
    skipSpace(bytes)
    place = .after
    if at < end { throw .trailing }
    return nil
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < end, bytes[at] <= 0x20 {
      guard bytes[at] == 0x20 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 else { return }
      at += 1
    }
  }

  /// The next byte that is not white space; it stays unread.
  private mutating func peek(_ bytes: Span<UInt8>) throws(JSONFailure) -> UInt8 {
    skipSpace(bytes)
    if at >= end { throw .unterminated }
    return bytes[at]
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONValue {
    let start: Int
    switch try peek(bytes) {
    case UInt8(ascii: "{"):
      start = at
      try skipNested(bytes)
      return .object(start..<at)
    case UInt8(ascii: "["):
      start = at
      try skipNested(bytes)
      return .array(start..<at)
    default: return try scalar(bytes)
    }
  }

  private mutating func scalar(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONValue {
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

  /// Steps over an object or array, with the open ones as bits of a word: 1 is an object.
  private mutating func skipNested(_ bytes: Span<UInt8>) throws(JSONFailure) {
    var open: UInt64 = 0
    // The line's own object is the first level.
    var depth = 1
    var wantsValue = true
    var mayClose = false
    while true {
      let byte = try peek(bytes)
      let isObject = open & 1 == 1
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]"), depth > 1, mayClose || !wantsValue {
        if isObject != (byte == UInt8(ascii: "}")) { throw .unexpected }
        at += 1
        open >>= 1
        depth -= 1
        if depth == 1 { return }
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
      if depth > 1, isObject {
        if byte != UInt8(ascii: "\"") { throw .unexpected }
        _ = try string(bytes)
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

  private mutating func string(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONText {
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
