// Writes keys as Python's json.dumps does, byte for byte: blanks after commas and colons, labels by name, everything
// past ASCII escaped. The same key must have the same bytes whoever writes it, because readers keep keys by their bytes.
// SPDX-License-Identifier: Apache-2.0

/// The JSON text of a key.
enum ValueKeyText {
  /// `["metric", "sample", {"label": "value"}, "help"]`.
  static func bytes(_ key: ValueKey) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "[")]
    append(key.metric, to: &text)
    text.append(contentsOf: ", ".utf8)
    append(key.sample, to: &text)
    text.append(contentsOf: ", {".utf8)
    let sorted = key.labels.sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
    for (index, label) in sorted.enumerated() {
      if index > 0 { text.append(contentsOf: ", ".utf8) }
      append(label.name, to: &text)
      text.append(contentsOf: ": ".utf8)
      append(label.value, to: &text)
    }
    text.append(contentsOf: "}, ".utf8)
    append(key.help, to: &text)
    text.append(UInt8(ascii: "]"))
    return text
  }

  private static func append(_ string: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for unit in string.utf16 {
      switch unit {
      case 0x22: text.append(contentsOf: "\\\"".utf8)
      case 0x5c: text.append(contentsOf: "\\\\".utf8)
      case 0x08: text.append(contentsOf: "\\b".utf8)
      case 0x0c: text.append(contentsOf: "\\f".utf8)
      case 0x0a: text.append(contentsOf: "\\n".utf8)
      case 0x0d: text.append(contentsOf: "\\r".utf8)
      case 0x09: text.append(contentsOf: "\\t".utf8)
      case 0x20..<0x7f: text.append(UInt8(truncatingIfNeeded: unit))
      default: appendUnit(unit, to: &text)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  private static func appendUnit(_ unit: UInt16, to text: inout [UInt8]) {
    text.append(contentsOf: "\\u".utf8)
    for shift in [UInt16(12), 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xf)
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
