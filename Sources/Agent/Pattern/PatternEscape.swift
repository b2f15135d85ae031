// What stands behind a backslash in a pattern, and POSIX's named classes.
// SPDX-License-Identifier: Apache-2.0

/// Reads escapes of patterns.
enum PatternEscape {
  /// The set that the escape at `at` stands for; `at` is moved behind it.
  static func read(_ text: [Unicode.Scalar], _ at: inout Int) throws(PatternFault) -> ScalarSet {
    guard at + 1 < text.count else { throw PatternFault(offset: at, message: "a backslash at the end") }
    let letter = text[at + 1]
    if let known = classes[letter] {
      at += 2
      return known
    }
    if let byte = controls[letter] {
      at += 2
      return ScalarSet([byte...byte])
    }
    if letter == "x" { return try hexadecimal(text, &at) }
    if letter == "p" || letter == "P" {
      throw PatternFault(offset: at, message: "Unicode classes (\\p) are not supported")
    }
    if letter.isASCII, letter.properties.isAlphabetic || (48...57).contains(letter.value) {
      throw PatternFault(offset: at, message: "the escape \\\(letter) is not supported")
    }
    at += 2
    return ScalarSet([letter.value...letter.value])
  }

  private static let classes: [Unicode.Scalar: ScalarSet] = [
    "d": .digits, "D": ScalarSet.digits.inverted, "w": .word, "W": ScalarSet.word.inverted, "s": .space,
    "S": ScalarSet.space.inverted,
  ]

  private static let controls: [Unicode.Scalar: UInt32] = ["a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11]

  /// `\x41` or `\x{1F600}`.
  private static func hexadecimal(_ text: [Unicode.Scalar], _ at: inout Int) throws(PatternFault) -> ScalarSet {
    let start = at
    at += 2
    let isLong = at < text.count && text[at] == "{"
    if isLong { at += 1 }
    let digits = text[at...].prefix(isLong ? 6 : 2).prefix { $0.properties.isASCIIHexDigit }
    at += digits.count
    let isClosed = !isLong || (at < text.count && text[at] == "}")
    if isLong { at += 1 }
    guard isClosed, isLong ? !digits.isEmpty : digits.count == 2,
      let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16), value <= ScalarSet.last
    else { throw PatternFault(offset: start, message: "\\x wants two hexadecimal digits, or some in braces") }
    return ScalarSet([value...value])
  }

  private static let posix: [String: ScalarSet] = [
    "alnum": ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A]), "alpha": ScalarSet([0x41...0x5A, 0x61...0x7A]),
    "ascii": ScalarSet([0...0x7F]), "blank": ScalarSet([9...9, 0x20...0x20]),
    "cntrl": ScalarSet([0...0x1F, 0x7F...0x7F]),
    "digit": .digits, "graph": ScalarSet([0x21...0x7E]), "lower": ScalarSet([0x61...0x7A]),
    "print": ScalarSet([0x20...0x7E]), "punct": ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
    "space": ScalarSet([9...13, 0x20...0x20]), "upper": ScalarSet([0x41...0x5A]), "word": .word,
    "xdigit": ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66]),
  ]

  /// `[:alpha:]` inside a class; nil when none begins at `at`.
  static func posixClass(_ text: [Unicode.Scalar], _ at: inout Int) throws(PatternFault) -> ScalarSet? {
    guard at + 1 < text.count, text[at] == "[", text[at + 1] == ":" else { return nil }
    var end = at + 2
    while end < text.count, text[end] != ":" { end += 1 }
    guard end + 1 < text.count, text[end + 1] == "]" else { return nil }
    var name = String(String.UnicodeScalarView(text[(at + 2)..<end]))
    let isInverted = name.hasPrefix("^")
    if isInverted { name.removeFirst() }
    guard let known = posix[name] else { throw PatternFault(offset: at, message: "no class is called [:\(name):]") }
    at = end + 2
    return isInverted ? known.inverted : known
  }
}
