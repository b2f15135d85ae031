// What a word of an error's text looks like: a name that somebody chose, or something that the moment brought.
// SPDX-License-Identifier: Apache-2.0

/// Judges words by their bytes.
enum ErrorWord {
  enum Look: Equatable {
    case name, id, address, time, email
    /// A number, and the unit behind it.
    case number(Range<Int>)
    /// Names, numbers and ids joined.
    case mixed
  }

  private static let units = [
    "s", "ms", "us", "ns", "m", "h", "d", "B", "b", "k", "K", "M", "G", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB",
    "GiB",
    "x", "xx", "px", "th", "st", "nd", "rd",
  ].map { Array($0.utf8) }
  private static let date = Array("0000-00-00".utf8)
  private static let clock = Array("00:00:00".utf8)

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte >= 0x80 }

  private static func isHex(_ byte: UInt8) -> Bool { byte.hexDigit != nil }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  /// Whether a byte is one of a word: a colon is between two digits, as in clocks and addresses.
  static func isPart(_ text: Span<UInt8>, _ at: Int) -> Bool {
    let byte = text[at]
    if isLetterOrDigit(byte) { return true }
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "@"): return true
    case UInt8(ascii: ":"):
      guard at > 0, at + 1 < text.count else { return false }
      return isColonNeighbour(text[at - 1]) && isColonNeighbour(text[at + 1])
    default: return false
    }
  }

  private static func isColonNeighbour(_ byte: UInt8) -> Bool { isHex(byte) || byte == UInt8(ascii: ":") }

  /// Where the word ends that begins at `start`.
  static func end(_ text: Span<UInt8>, _ start: Int) -> Int {
    var at = start + 1
    while at < text.count, isPart(text, at) { at += 1 }
    return at
  }

  /// What a word is.
  static func look(_ text: Span<UInt8>, _ range: Range<Int>) -> Look {
    var (digits, letters, colons, dots, others) = (0, 0, 0, 0, 0)
    var isAllHex = true
    for index in range {
      let byte = text[index]
      if byte == UInt8(ascii: "@"), index > range.lowerBound, index + 1 < range.upperBound { return .email }
      if isDigit(byte) { digits += 1 } else if isLetter(byte) { letters += 1 } else { others += 1 }
      if isLetter(byte), !isHex(byte) { isAllHex = false }
      if byte == UInt8(ascii: ":") { colons += 1 }
      if byte == UInt8(ascii: ".") { dots += 1 }
    }
    if digits == 0 { return colons >= 4 && isAllHex ? .address : .name }
    if isDate(text, range) || isClock(text, range) { return .time }
    if isAllHex, colons >= 2 { return .address }
    if letters == 0, dots == 3, colons <= 1, others == dots + colons { return .address }
    if isPointer(text, range) { return .address }
    if range.count == 36, isAllHex, Segment.isID(text, range) { return .id }
    if colons == 0, let rest = unit(text, range) { return .number(rest) }
    return .mixed
  }

  /// What a run of letters and digits is: never an address or a time.
  static func lookAtRun(_ text: Span<UInt8>, _ range: Range<Int>) -> Look {
    var groups = 0
    var isBehindDigit = false
    for index in range {
      if isDigit(text[index]), !isBehindDigit { groups += 1 }
      isBehindDigit = isDigit(text[index])
    }
    if groups == 0 { return .name }
    if let rest = unit(text, range) { return .number(rest) }
    // Letters and then digits are a name with a number; anything more mixed, or long, is made by a machine.
    let isNamed = groups == 1 && isBehindDigit && !isDigit(text[range.lowerBound]) && !Segment.isID(text, range)
    return isNamed ? .mixed : .id
  }

  /// Where the unit of a number begins that fills the range otherwise; nil when it is no number.
  private static func unit(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var at = range.lowerBound
    if at < range.upperBound, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") { at += 1 }
    let start = at
    while at < range.upperBound, isDigit(text[at]) || text[at] == UInt8(ascii: ".") { at += 1 }
    guard at > start, isDigit(text[start]) else { return nil }
    let rest = at..<range.upperBound
    if rest.isEmpty { return rest }
    for unit in units where text.equals(rest, unit) { return rest }
    return nil
  }

  /// `0x7f3a5c`.
  private static func isPointer(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count > 2, text[range.lowerBound] == UInt8(ascii: "0"),
      text[range.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
    else { return false }
    for index in range.dropFirst(2) where !isHex(text[index]) { return false }
    return true
  }

  /// `2026-11-21`, whatever follows.
  private static func isDate(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool { matches(text, range, date[...]) }

  /// `04:11:11`, whatever follows; or `04:11`.
  private static func isClock(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    matches(text, range, clock[...]) || (range.count == 5 && matches(text, range, clock[..<5]))
  }

  /// Whether the text begins like an example, in which a zero stands for any digit.
  private static func matches(_ text: Span<UInt8>, _ range: Range<Int>, _ example: ArraySlice<UInt8>) -> Bool {
    if range.count < example.count { return false }
    for (offset, wanted) in example.enumerated() {
      let byte = text[range.lowerBound + offset]
      if wanted == UInt8(ascii: "0") ? !isDigit(byte) : byte != wanted { return false }
    }
    return true
  }
}
