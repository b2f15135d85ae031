// What one segment of a path looks like: a name that a developer chose, or an id that the data brought.
// SPDX-License-Identifier: Apache-2.0

/// Judges segments of paths by their bytes.
enum Segment {
  /// Whether it is a number, a UUID, eight or more hexadecimal digits with a decimal one among them, a date, or twenty
  /// or more letters and digits mixed.
  static func isID(_ path: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var decimals = 0
    var hexLetters = 0
    var letters = 0
    var dashes = 0
    var dots = 0
    for index in range {
      switch path[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): decimals += 1
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): hexLetters += 1
      case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"): letters += 1
      case UInt8(ascii: "-"): dashes += 1
      case UInt8(ascii: "."): dots += 1
      default: return isDate(path, range)
      }
    }
    let isDigits = hexLetters + letters == 0
    if decimals == 0 { return false }
    if isDigits, dashes + dots == 0 { return true }
    if isDigits, dots <= 1, dashes == 0 || (dashes == 1 && path[range.lowerBound] == UInt8(ascii: "-")) { return true }
    if dots == 0, letters == 0, dashes == 0, range.count >= 8 { return true }
    if dots == 0, letters == 0, dashes == 4, range.count == 36 { return true }
    if dots + dashes == 0, range.count >= 20 { return true }
    return isDate(path, range)
  }

  /// Whether there is a decimal digit in it.
  static func hasDigit(_ path: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where path[index] &- UInt8(ascii: "0") <= 9 { return true }
    return false
  }

  /// `2026-11-21`, whatever follows.
  private static func isDate(_ path: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if range.count < 10 { return false }
    for offset in 0..<10 {
      let byte = path[range.lowerBound + offset]
      let isDash = offset == 4 || offset == 7
      if isDash ? byte != UInt8(ascii: "-") : byte &- UInt8(ascii: "0") > 9 { return false }
    }
    return true
  }
}
