// The JSON of a key, read strictly: one array of two strings, an object of strings and a string. What is merely odd,
// such as a control character inside a string, is refused with the rest: a key that nobody's encoder writes is damage.
// SPDX-License-Identifier: Apache-2.0

/// Reads the key of an entry.
struct ValueKeyParser {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  /// The key that these bytes are, or nil when they are none.
  static func parse(_ bytes: ArraySlice<UInt8>) -> ValueKey? {
    var parser = ValueKeyParser(bytes)
    guard parser.take("["), let metric = parser.string(), parser.take(","), let sample = parser.string(),
      parser.take(","), let labels = parser.object(), parser.take(","), let help = parser.string(), parser.take("]")
    else { return nil }
    parser.skipBlanks()
    return parser.at == bytes.endIndex ? ValueKey(metric: metric, sample: sample, labels: labels, help: help) : nil
  }

  private mutating func skipBlanks() {
    while at < bytes.endIndex {
      switch bytes[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): at += 1
      default: return
      }
    }
  }

  private mutating func next() -> UInt8? {
    if at >= bytes.endIndex { return nil }
    defer { at += 1 }
    return bytes[at]
  }

  /// Takes this character after any blanks; false, and nothing but blanks taken, when it is another.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard at < bytes.endIndex, bytes[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func object() -> [(name: String, value: String)]? {
    guard take("{") else { return nil }
    if take("}") { return [] }
    var pairs: [(name: String, value: String)] = []
    repeat {
      guard pairs.count < MetricsLimits.valueKeyLabels, let name = string(), take(":"), let value = string(),
        !pairs.contains(where: { $0.name == name })
      else { return nil }
      pairs.append((name, value))
    } while take(",")
    return take("}") ? pairs : nil
  }

  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = at
    while at < bytes.endIndex, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
      at += 1
    }
    if at < bytes.endIndex, bytes[at] == UInt8(ascii: "\"") {
      defer { at += 1 }
      return String(validating: bytes[start..<at], as: UTF8.self)
    }
    var text = Array(bytes[start..<at])
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
      case UInt8(ascii: "\\"): if !appendEscape(to: &text) { return nil }
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func appendEscape(to text: inout [UInt8]) -> Bool {
    switch next() {
    case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "u"):
      guard let scalar = scalar() else { return false }
      text.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
    default: return false
    }
    return true
  }

  /// The character of `\u` and four digits, or of two such that are a surrogate pair; a half pair is none.
  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = unit() else { return nil }
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u"), let second = unit(),
      UTF16.isTrailSurrogate(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (UInt32(first & 0x3ff) << 10 | UInt32(second & 0x3ff)))
  }

  private mutating func unit() -> UInt16? {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Self.hexDigit(byte) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private static func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
