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
      try words.skipNested(bytes, depth: 1)
      return .object(start..<words.at)
    case UInt8(ascii: "["):
      start = words.at
      try words.skipNested(bytes, depth: 1)
      return .array(start..<words.at)
    default: return try words.scalar(bytes)
    }
  }
}
