// A string inside a JSON text, as a range: it is decoded only when somebody wants it.
// SPDX-License-Identifier: Apache-2.0

/// Where a string's contents stand, without its quotes.
struct JSONText: Hashable, Sendable {
  /// The bytes between the quotes.
  let range: Range<Int>
  /// True when the bytes are the text itself: ASCII, no escapes.
  let isPlain: Bool
}

extension Span where Element == UInt8 {
  /// Whether a key or value is `wanted`, escapes considered.
  func equals(_ text: JSONText, _ wanted: StaticString) -> Bool {
    text.isPlain ? equals(text.range, wanted) : string(text) == "\(wanted)"
  }

  /// The text, decoded; what is not UTF-8 and surrogates without their half become U+FFFD.
  func string(_ text: JSONText) -> String {
    if text.isPlain { return string(text.range) }
    var bytes: [UInt8] = []
    decode(text, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the decoded text to `bytes`, as valid UTF-8.
  func decode(_ text: JSONText, into bytes: inout [UInt8]) {
    if text.isPlain {
      for index in text.range { bytes.append(self[index]) }
      return
    }
    var raw: [UInt8] = []
    raw.reserveCapacity(text.range.count)
    var at = text.range.lowerBound
    let end = text.range.upperBound
    while at < end {
      let byte = self[at]
      at += 1
      if byte != UInt8(ascii: "\\") || at >= end {
        raw.append(byte)
        continue
      }
      let letter = self[at]
      at += 1
      switch letter {
      case UInt8(ascii: "n"): raw.append(10)
      case UInt8(ascii: "t"): raw.append(9)
      case UInt8(ascii: "r"): raw.append(13)
      case UInt8(ascii: "b"): raw.append(8)
      case UInt8(ascii: "f"): raw.append(12)
      case UInt8(ascii: "u"): raw.append(contentsOf: String(scalar(at: &at, end: end)).utf8)
      default: raw.append(letter)
      }
    }
    // Repairs invalid UTF-8; costs a String, which only text that is not plain pays.
    bytes.append(contentsOf: String(decoding: raw, as: UTF8.self).utf8)
  }

  /// The scalar of the four digits at `at`, and of a second escape when they are the first half of a surrogate pair.
  private func scalar(at index: inout Int, end: Int) -> Unicode.Scalar {
    guard let first = fourDigits(at: index, end: end) else { return "\u{FFFD}" }
    index += 4
    if first & 0xFC00 == 0xD800, index + 6 <= end, self[index] == UInt8(ascii: "\\"),
      self[index + 1] == UInt8(ascii: "u"), let second = fourDigits(at: index + 2, end: end), second & 0xFC00 == 0xDC00
    {
      index += 6
      return Unicode.Scalar(0x10000 &+ ((first & 0x3FF) << 10) &+ (second & 0x3FF)) ?? "\u{FFFD}"
    }
    return Unicode.Scalar(first) ?? "\u{FFFD}"
  }

  private func fourDigits(at index: Int, end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var value: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = self[index + offset].hexDigit else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
