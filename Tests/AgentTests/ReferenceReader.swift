// A JSON reader as one writes it in an afternoon: a tree, by recursion, a byte at a time, straight from RFC 8259. What the
// line scanner finds and refuses is held against it, in the tests and under the fuzzer, which compiles this file with the
// reader's own sources.
#if !FUZZ
  @testable import VitalsAgent
#endif

/// A value with its place, and what is inside.
struct ReferenceValue {
  var kind: JSONSlice.Kind
  var range: Range<Int>
  var members: [(key: [UInt8], value: ReferenceValue)] = []
  var elements: [ReferenceValue] = []

  /// The value at the end of a way, the last of equal keys counting.
  func find(_ way: ArraySlice<JSONPath.Step>) -> ReferenceValue? {
    guard let step = way.first else { return self }
    switch step {
    case .name(let name): return members.last { $0.key == name }?.value.find(way.dropFirst())
    case .index(let index): return index < elements.count ? elements[index].find(way.dropFirst()) : nil
    }
  }

  /// The value of a path: of all ways that it may mean, the one that stands last.
  func find(_ ways: [[JSONPath.Step]]) -> ReferenceValue? {
    ways.compactMap { find($0[...]) }.max { $0.range.lowerBound < $1.range.lowerBound }
  }
}

/// Reads one object.
struct ReferenceReader {
  private struct Refused: Error {}

  private let bytes: [UInt8]
  private let checksText: Bool
  private var at = 0

  /// The object that fills `bytes`, or nil when there is none.
  static func read(_ bytes: [UInt8], checksText: Bool = false) -> ReferenceValue? {
    var reader = ReferenceReader(bytes: bytes, checksText: checksText)
    guard let value = try? reader.value(depth: 0), value.kind == .object else { return nil }
    reader.space()
    return reader.at == bytes.count ? value : nil
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func space() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
  }

  private mutating func take(_ character: Character) throws {
    if next != character.asciiValue { throw Refused() }
    at += 1
  }

  private mutating func value(depth: Int) throws -> ReferenceValue {
    space()
    let start = at
    guard let byte = next else { throw Refused() }
    switch Character(Unicode.Scalar(byte)) {
    case "{": return try object(depth: depth + 1)
    case "[": return try array(depth: depth + 1)
    case "\"":
      let text = try string()
      return ReferenceValue(kind: .string, range: text.range)
    case "t": return try word("true", .true)
    case "f": return try word("false", .false)
    case "n": return try word("null", .null)
    default:
      try number()
      return ReferenceValue(kind: .number, range: start..<at)
    }
  }

  private mutating func word(_ text: String, _ kind: JSONSlice.Kind) throws -> ReferenceValue {
    let start = at
    for character in text { try take(character) }
    return ReferenceValue(kind: kind, range: start..<at)
  }

  private mutating func object(depth: Int) throws -> ReferenceValue {
    if depth > Limits.jsonDepth { throw Refused() }
    var value = ReferenceValue(kind: .object, range: at..<at)
    at += 1
    space()
    if next == UInt8(ascii: "}") {
      at += 1
    } else {
      while true {
        space()
        let key = try string().text
        space()
        try take(":")
        value.members.append((key, try self.value(depth: depth)))
        space()
        if next == UInt8(ascii: "}") { break }
        try take(",")
      }
      at += 1
    }
    value.range = value.range.lowerBound..<at
    return value
  }

  private mutating func array(depth: Int) throws -> ReferenceValue {
    if depth > Limits.jsonDepth { throw Refused() }
    var value = ReferenceValue(kind: .array, range: at..<at)
    at += 1
    space()
    if next == UInt8(ascii: "]") {
      at += 1
    } else {
      while true {
        value.elements.append(try self.value(depth: depth))
        space()
        if next == UInt8(ascii: "]") { break }
        try take(",")
      }
      at += 1
    }
    value.range = value.range.lowerBound..<at
    return value
  }

  private mutating func number() throws {
    if next == UInt8(ascii: "-") { at += 1 }
    if next == UInt8(ascii: "0") { at += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
  }

  private mutating func digits() throws {
    let start = at
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
    if at == start { throw Refused() }
  }

  /// A string: its place without quotes, and its text as UTF-8, repaired.
  private mutating func string() throws -> (range: Range<Int>, text: [UInt8]) {
    try take("\"")
    let start = at
    var raw: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte < 0x20 { throw Refused() }
      at += 1
      if byte != UInt8(ascii: "\\") { raw.append(byte) } else { try escape(&raw) }
    }
    let range = start..<at
    try take("\"")
    if checksText, String(validating: raw, as: UTF8.self) == nil { throw Refused() }
    return (range, Array(String(decoding: raw, as: UTF8.self).utf8))
  }

  private mutating func escape(_ raw: inout [UInt8]) throws {
    guard let letter = next else { throw Refused() }
    at += 1
    let plain: [Character: UInt8] = [
      "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
    ]
    if let byte = plain[Character(Unicode.Scalar(letter))] { return raw.append(byte) }
    if letter != UInt8(ascii: "u") { throw Refused() }
    let unit = try fourDigits()
    if unit & 0xFC00 == 0xD800 {
      let place = at
      if at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
        at += 2
        let second = try fourDigits()
        if second & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + second & 0x3FF) {
          raw += Array(String(scalar).utf8)
          return
        }
        // Another escape, to be read by itself.
        at = place
      }
    }
    if let scalar = Unicode.Scalar(unit) {
      raw += Array(String(scalar).utf8)
    } else {
      if checksText { throw Refused() }
      raw += Array("\u{FFFD}".utf8)
    }
  }

  private mutating func fourDigits() throws -> UInt32 {
    if at + 4 > bytes.count { throw Refused() }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else { throw Refused() }
      value = value * 16 + UInt32(digit)
      at += 1
    }
    return value
  }
}
