// Durations that bring their unit, in the spellings of loggers:
//
//     1.5s  12ms  250µs  1m2.5s  1h     Go, and with a space between Node's "3.069 ms"
//     00:00:01.2340000                  .NET and Python
//     PT0.25S  PT1M2.5S                 ISO 8601, Java
//
// SPDX-License-Identifier: Apache-2.0

/// Reads durations.
enum DurationText {
  /// Seconds, or nil when `range` is no duration with a unit. Never negative.
  static func seconds(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    guard range.count <= 64, let first = range.first else { return nil }
    if bytes[first] | 0x20 == UInt8(ascii: "p") { return iso(bytes, first + 1, range.upperBound) }
    if bytes.first(UInt8(ascii: ":"), in: range) < range.upperBound { return clock(bytes, range) }
    return units(bytes, range)
  }

  private static func units(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    var at = range.lowerBound
    var total = 0.0
    var isAny = false
    while at < range.upperBound {
      guard let value = number(bytes, &at, range.upperBound) else { return nil }
      while at < range.upperBound, bytes[at] == 0x20 { at += 1 }
      let start = at
      while at < range.upperBound, bytes[at] &- UInt8(ascii: "0") > 9, bytes[at] != 0x20 { at += 1 }
      guard let unit = unit(bytes, start..<at) else { return nil }
      total += value * unit
      isAny = true
      while at < range.upperBound, bytes[at] == 0x20 { at += 1 }
    }
    return isAny ? total : nil
  }

  private static func unit(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    if range.count == 1 {
      switch bytes[range.lowerBound] | 0x20 {
      case UInt8(ascii: "s"): return 1
      case UInt8(ascii: "m"): return 60
      case UInt8(ascii: "h"): return 3_600
      case UInt8(ascii: "d"): return 86_400
      default: return nil
      }
    }
    let names: [(StaticString, Double)] = [
      ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ns", 1e-9), ("sec", 1), ("secs", 1), ("seconds", 1),
      ("msec", 1e-3), ("min", 60), ("milliseconds", 1e-3),
    ]
    for (name, seconds) in names where bytes.equals(range, name) { return seconds }
    return nil
  }

  /// `[[D.]HH:]MM:SS[.fraction]`.
  private static func clock(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    var total = 0.0
    var parts = 0
    var pieces = Splitter.pieces(range, separator: UInt8(ascii: ":"))
    while let piece = pieces.next(in: bytes) {
      var at = piece.lowerBound
      guard parts < 3, let value = number(bytes, &at, piece.upperBound), at == piece.upperBound else { return nil }
      if parts > 0, value >= 61 { return nil }
      total = total * 60 + value
      parts += 1
    }
    return parts > 1 ? total : nil
  }

  private static func iso(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    guard start < end, bytes[start] | 0x20 == UInt8(ascii: "t") else { return nil }
    return units(bytes, (start + 1)..<end)
  }

  /// Digits with or without a point; advances `at` past them.
  private static func number(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Double? {
    let start = at
    while at < end, bytes[at] &- UInt8(ascii: "0") <= 9 || bytes[at] == UInt8(ascii: ".") { at += 1 }
    return bytes.decimal(start..<at)
  }
}
