// What can be known of a line of plain text: its time and its level where loggers usually put them.
//
//     INFO:     Started server process [14455]                                   Uvicorn, Python's basicConfig
//     [2026-11-21 14:28:22 +0000] [14492] [INFO] Listening at: ...               Gunicorn
//     2026-11-21 14:31:21.793 [main] INFO  com.shop.Api - listening              Logback
//     2026-11-21 14:26:29.165 | INFO     | __main__:<module>:4 - started         loguru
//     2026/11/21 14:30:05 [notice] 17949#17949: using the "epoll" event method   nginx
//     [Sat Nov 21 14:30:06.089450 2026] [core:info] [pid 17955] AH00128: ...     Apache
//
// A line with neither is the rest of the one before: a stack trace, or a message of several lines.
// SPDX-License-Identifier: Apache-2.0

/// Reads the beginnings of plain lines.
enum PlainLine {
  /// Where a level may begin, in bytes from the line's start, and in words.
  private static let reach = 120
  private static let words = 8

  /// Reads a line into `line`; false when nothing says that a new line of a log begins here.
  static func read(_ bytes: Span<UInt8>, _ range: Range<Int>, into line: inout LogLine) -> Bool {
    if let first = range.first, bytes[first] == 0x20 || bytes[first] == 9 { return false }
    let time = time(bytes, range)
    let level = level(bytes, (time?.upperBound ?? range.lowerBound)..<range.upperBound)
    if time == nil, level == nil { return false }
    line.begin(form: LogForms.text)
    if let time { line.set(.time, .text(LogText(bytes, raw: time))) }
    if let level { line.set(.level, .text(LogText(level, .plain))) }
    let rest = message(bytes, range, behind: max(time?.upperBound ?? 0, level?.upperBound ?? 0))
    line.set(.message, .text(LogText(bytes, raw: rest)))
    return true
  }

  /// A time at the line's start, in brackets or not, without the words behind it.
  private static func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var start = behindColor(bytes, range.lowerBound, range.upperBound)
    if start < range.upperBound, bytes[start] == UInt8(ascii: "[") { start += 1 }
    guard range.upperBound - start >= 19 else { return nil }
    if bytes[start] &- UInt8(ascii: "A") < 26 {
      // Sat Nov 21 14:30:06.089450 2026
      let end = bytes.first(UInt8(ascii: "]"), in: start..<min(range.upperBound, start + 40))
      return end - start >= 24 && Timestamp.nanoseconds(bytes, start..<end) != nil ? start..<end : nil
    }
    var end = start
    var spaces = 0
    while end < range.upperBound, end - start < 40 {
      let byte = bytes[end]
      if byte == 0x20 {
        spaces += 1
        let next = end + 1 < range.upperBound ? bytes[end + 1] : 0
        // The date's clock, and an offset, may follow a space.
        let isClock = spaces == 1 && end - start == 10 && next &- UInt8(ascii: "0") <= 9
        let isOffset = (next == UInt8(ascii: "+") || next == UInt8(ascii: "-")) && isFourDigits(bytes, end + 2, range)
        if !isClock && !isOffset { break }
      } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "|") {
        break
      }
      end += 1
    }
    return Timestamp.nanoseconds(bytes, start..<end) != nil ? start..<end : nil
  }

  private static func isFourDigits(_ bytes: Span<UInt8>, _ start: Int, _ range: Range<Int>) -> Bool {
    start + 4 <= range.upperBound && bytes.unsigned(start..<(start + 4)) != nil
  }

  /// The level among the first words: one alone in brackets or before a colon, or in upper case.
  static func level(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let end = min(range.upperBound, range.lowerBound + reach)
    var at = range.lowerBound
    var count = 0
    while at < end, count < words {
      at = behindColor(bytes, at, end)
      while at < end, isSeparator(bytes[at]) { at = behindColor(bytes, at + 1, end) }
      let start = at
      while at < end, isLetter(bytes[at]) { at += 1 }
      if at == start {
        // No letter: a time, a number, a path. It ends at the next separator.
        while at < end, !isSeparator(bytes[at]), bytes[at] != 0x1B { at += 1 }
        count += 1
        continue
      }
      if isLevel(bytes, start..<at, in: range) { return start..<at }
      while at < end, bytes[at] != 0x20, bytes[at] != UInt8(ascii: ":"), bytes[at] != UInt8(ascii: "]") { at += 1 }
      count += 1
    }
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "|"), UInt8(ascii: ":"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "-"), 9:
      true
    default: false
    }
  }

  /// A word that is a level, and written as one: in upper case, or between brackets or bars, or at the line's start with
  /// a colon behind, or behind a time.
  private static func isLevel(_ bytes: Span<UInt8>, _ word: Range<Int>, in range: Range<Int>) -> Bool {
    guard let level = LogLevel.named(bytes, word), level != .unknown else { return false }
    let next = word.upperBound < range.upperBound ? bytes[word.upperBound] : 0x20
    guard isSeparator(next) || next == 0x1B || next == UInt8(ascii: ",") else { return false }
    var isUpper = true
    for index in word where bytes[index] >= UInt8(ascii: "a") { isUpper = false }
    if isUpper { return true }
    return next == UInt8(ascii: "]") || next == UInt8(ascii: "|")
      || (next == UInt8(ascii: ":") && word.lowerBound <= range.lowerBound + 6)
  }

  /// What follows time and level and their punctuation.
  private static func message(_ bytes: Span<UInt8>, _ range: Range<Int>, behind: Int) -> Range<Int> {
    var at = max(behind, range.lowerBound)
    while at < range.upperBound, isSeparator(bytes[at]) || bytes[at] == 0x1B {
      if bytes[at] == UInt8(ascii: "[") || bytes[at] == UInt8(ascii: "(") || bytes[at] == UInt8(ascii: "<") { break }
      at = bytes[at] == 0x1B ? behindColor(bytes, at, range.upperBound) : at + 1
    }
    return at..<range.upperBound
  }

  /// The place behind the colour codes that begin at `at`. A broken one is stepped over by its first byte.
  static func behindColor(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Int {
    var at = at
    while at < end, bytes[at] == 0x1B {
      var next = at + 1
      if next < end, bytes[next] == UInt8(ascii: "[") {
        next += 1
        while next < end, bytes[next] < 0x40 { next += 1 }
        next += 1
      }
      at = min(next, end)
    }
    return at
  }

  /// A range without the colours at its beginning and its end.
  static func withoutColors(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    let start = behindColor(bytes, range.lowerBound, range.upperBound)
    let end = bytes.first(0x1B, in: start..<range.upperBound)
    return start..<end
  }
}
