// Names of metrics out of names that devices and drivers give themselves, as node_exporter makes them.
// SPDX-License-Identifier: Apache-2.0

/// Text that becomes a part of a metric's name.
enum MetricNameText {
  /// Runs of what no name may have, with the underlines around them, become one underline.
  static func joined(_ text: String) -> String {
    var name = ""
    var run = ""
    for character in text.utf8.map({ Character(Unicode.Scalar($0)) }) {
      if isLetterOrDigit(character) {
        name += collapsed(run)
        run = ""
        name.append(character)
      } else {
        run.append(character)
      }
    }
    return name + collapsed(run)
  }

  /// In small letters, with an underline for each byte that is no letter, digit, colon or underline, none at the ends.
  static func cleaned(_ text: String) -> String {
    var bytes: [UInt8] = []
    for scalar in text.lowercased().unicodeScalars {
      let isKept = scalar.isASCII && (isLetterOrDigit(Character(scalar)) || scalar == ":" || scalar == "_")
      bytes.append(isKept ? UInt8(scalar.value) : UInt8(ascii: "_"))
    }
    let underline = UInt8(ascii: "_")
    guard let first = bytes.firstIndex(where: { $0 != underline }),
      let last = bytes.lastIndex(where: { $0 != underline })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }

  /// A run of underlines alone stays.
  private static func collapsed(_ run: String) -> String { run.allSatisfy { $0 == "_" } ? run : "_" }

  private static func isLetterOrDigit(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }
}
