// Reads one JSON object of a log line without allocating: the members of the top level come out one by one as ranges,
// what lies deeper is checked and stepped over. As strict as RFC 8259, UTF-8 apart, which is repaired where a text is
// decoded: a torn line must never count as a request, a stray Latin-1 letter must not lose one.
// SPDX-License-Identifier: Apache-2.0

/// Walks the members of one object. Not thread-safe; costs one pass over the bytes and no heap.
struct JSONScanner {
  private enum Place {
    case before, first, later, after
  }

  private var words: JSONLexer
  private var place = Place.before

  /// Will read the object that fills `range`, white space around it allowed.
  init(_ range: Range<Int>) {
    words = JSONLexer(at: range.lowerBound, end: range.upperBound)
  }

  /// The next member, or nil after the object's well-formed end. After a failure there is nothing more to read.
  mutating func next(in bytes: Span<UInt8>) throws(JSONFailure) -> JSONMember? {
    if place == .after { return nil }
    if place == .before {
      words.skipSpace(bytes)
      if words.at >= words.end { throw .empty }
      if bytes[words.at] != UInt8(ascii: "{") { throw .notObject }
      words.at += 1
      place = .first
    }
    var byte = try words.peek(bytes)
    if byte == UInt8(ascii: "}") {
      words.at += 1
      return try finish(bytes)
    }
    if place == .later {
      if byte != UInt8(ascii: ",") { throw .unexpected }
      words.at += 1
      byte = try words.peek(bytes)
    }
    place = .later
    if byte != UInt8(ascii: "\"") { throw .unexpected }
    let key = try words.string(bytes)
    if try words.peek(bytes) != UInt8(ascii: ":") { throw .unexpected }
    words.at += 1
    return JSONMember(key: key, value: try value(bytes))
  }

  private mutating func finish(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONMember? {
    words.skipSpace(bytes)
    place = .after
    if words.at < words.end { throw .trailing }
    return nil
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSONValue {
    let start: Int
    switch try words.peek(bytes) {
    case UInt8(ascii: "{"):
      start = words.at
      try skipNested(bytes)
      return .object(start..<words.at)
    case UInt8(ascii: "["):
      start = words.at
      try skipNested(bytes)
      return .array(start..<words.at)
    default: return try words.scalar(bytes)
    }
  }

  /// Steps over an object or array, with the open ones as bits of a word: 1 is an object.
  private mutating func skipNested(_ bytes: Span<UInt8>) throws(JSONFailure) {
    var open: UInt64 = 0
    // The line's own object is the first level.
    var depth = 1
    var wantsValue = true
    var mayClose = false
    while true {
      let byte = try words.peek(bytes)
      let isObject = open & 1 == 1
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]"), depth > 1, mayClose || !wantsValue {
        if isObject != (byte == UInt8(ascii: "}")) { throw .unexpected }
        words.at += 1
        open >>= 1
        depth -= 1
        if depth == 1 { return }
        wantsValue = false
        mayClose = false
        continue
      }
      if !wantsValue {
        if byte != UInt8(ascii: ",") { throw .unexpected }
        words.at += 1
        wantsValue = true
        mayClose = false
        continue
      }
      if depth > 1, isObject {
        if byte != UInt8(ascii: "\"") { throw .unexpected }
        _ = try words.string(bytes)
        if try words.peek(bytes) != UInt8(ascii: ":") { throw .unexpected }
        words.at += 1
      }
      let first = try words.peek(bytes)
      if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
        if depth >= Limits.jsonDepth { throw .deep }
        words.at += 1
        open = open << 1 | (first == UInt8(ascii: "{") ? 1 : 0)
        depth += 1
        mayClose = true
      } else {
        _ = try words.scalar(bytes)
        wantsValue = false
        mayClose = false
      }
    }
  }

}
