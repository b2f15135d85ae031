// Times, as loggers write them:
//
//     2026-11-21T04:11:11.084468Z       RFC 3339; also a space for the T, a comma for the point, any fraction,
//                                       slashes in the date, an offset with or without colon, or none
//     21/Nov/2026:10:00:00 +0000        access logs, in brackets or not
//     Sat, 21 Nov 2026 10:00:00 GMT     RFC 1123
//     Sat Nov 21 14:30:06.089450 2026   asctime, Apache's error log
//     1795271186.87                     seconds since 1970, or milli-, micro- or nanoseconds, told by their magnitude
//
// Without a zone it is taken as UTC, as most services run; the writer's zone is not known here.
// SPDX-License-Identifier: Apache-2.0

/// Reads times of log lines.
enum Timestamp {
  /// Nanoseconds since 1970, or nil when `range` is no such time.
  static func nanoseconds(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    guard range.count >= 10, range.count <= 48 else { return nil }
    var range = range
    if bytes[range.lowerBound] == UInt8(ascii: "["), bytes[range.upperBound - 1] == UInt8(ascii: "]") {
      range = (range.lowerBound + 1)..<(range.upperBound - 1)
    }
    let start = range.lowerBound
    if bytes[start] &- UInt8(ascii: "0") > 9 { return named(bytes, range) }
    if range.count >= 19, bytes[start + 4] == UInt8(ascii: "-") || bytes[start + 4] == UInt8(ascii: "/") {
      return numeric(bytes, range)
    }
    if range.count >= 20, bytes[start + 2] == UInt8(ascii: "/") { return access(bytes, range) }
    return epoch(bytes, range)
  }

  /// A number of seconds or a smaller unit since 1970. Seconds until 5138, milliseconds from 1973, and so on.
  static func epoch(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    let point = bytes.first(UInt8(ascii: "."), in: range)
    guard let whole = bytes.unsigned(range.lowerBound..<point) else { return nil }
    let scale: UInt64
    switch whole {
    case ..<100_000_000_000: scale = 1_000_000_000
    case ..<100_000_000_000_000: scale = 1_000_000
    case ..<100_000_000_000_000_000: scale = 1_000
    default: scale = 1
    }
    var nanoseconds = whole.multipliedReportingOverflow(by: scale)
    if nanoseconds.overflow { return nil }
    var unit = scale
    for index in (point + 1)..<max(point + 1, range.upperBound) {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      unit /= 10
      nanoseconds.partialValue &+= UInt64(digit) &* unit
    }
    return nanoseconds.partialValue
  }

  private static func numeric(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    let start = range.lowerBound
    guard let year = bytes.unsigned(start..<(start + 4)), let month = bytes.unsigned((start + 5)..<(start + 7)),
      let day = bytes.unsigned((start + 8)..<(start + 10))
    else { return nil }
    return clock(bytes, (start + 11)..<range.upperBound, year, month, day)
  }

  /// `21/Nov/2026:10:00:00 +0000`.
  private static func access(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    let start = range.lowerBound
    guard let day = bytes.unsigned(start..<(start + 2)), let month = month(bytes, start + 3),
      let year = bytes.unsigned((start + 7)..<(start + 11))
    else { return nil }
    return clock(bytes, (start + 12)..<range.upperBound, year, month, day)
  }

  /// A time that begins with the day's name.
  private static func named(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    let start = range.lowerBound
    if range.count >= 25, bytes[start + 3] == UInt8(ascii: ","), let day = bytes.unsigned((start + 5)..<(start + 7)),
      let month = month(bytes, start + 8), let year = bytes.unsigned((start + 12)..<(start + 16))
    {
      return clock(bytes, (start + 17)..<range.upperBound, year, month, day)
    }
    guard range.count >= 24, let month = month(bytes, start + 4),
      let year = bytes.unsigned((range.upperBound - 4)..<range.upperBound)
    else { return nil }
    let first = bytes[start + 8] == 0x20 ? start + 9 : start + 8
    guard let day = bytes.unsigned(first..<(start + 10)) else { return nil }
    return clock(bytes, (start + 11)..<(range.upperBound - 5), year, month, day)
  }

  /// `10:00:00`, a fraction and an offset behind a date.
  private static func clock(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ year: UInt64, _ month: UInt64, _ day: UInt64
  ) -> UInt64? {
    let start = range.lowerBound
    guard year >= 1970, year < 2500, (1...12).contains(month), (1...31).contains(day), range.count >= 8,
      let hour = bytes.unsigned(start..<(start + 2)), hour < 24,
      let minute = bytes.unsigned((start + 3)..<(start + 5)), minute < 60,
      let second = bytes.unsigned((start + 6)..<(start + 8)), second <= 60
    else { return nil }
    var at = start + 8
    var fraction: UInt64 = 0
    if at < range.upperBound, bytes[at] == UInt8(ascii: ".") || bytes[at] == UInt8(ascii: ",") {
      at += 1
      var unit: UInt64 = 100_000_000
      while at < range.upperBound, bytes[at] &- UInt8(ascii: "0") <= 9 {
        fraction &+= UInt64(bytes[at] &- UInt8(ascii: "0")) &* unit
        unit /= 10
        at += 1
      }
    }
    if at < range.upperBound, bytes[at] == 0x20 { at += 1 }
    guard let offset = offset(bytes, at..<range.upperBound) else { return nil }
    let days = daysSince1970(Int64(year), Int64(month), Int64(day))
    let seconds = days * 86_400 + Int64(hour * 3_600 + minute * 60 + second) - offset
    return seconds < 0 ? nil : UInt64(seconds) &* 1_000_000_000 &+ fraction
  }

  /// Seconds east of Greenwich: nothing, `Z`, `GMT`, `+01`, `+0100` or `+01:00`.
  private static func offset(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    guard let first = range.first else { return 0 }
    if range.count == 1 { return bytes[first] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
    if bytes.equals(range, "GMT") || bytes.equals(range, "UTC") { return 0 }
    guard bytes[first] == UInt8(ascii: "+") || bytes[first] == UInt8(ascii: "-"),
      range.count == 3 || range.count == 5 || range.count == 6,
      let hours = bytes.unsigned((first + 1)..<(first + 3)),
      let minutes = range.count == 3 ? 0 : bytes.unsigned((range.upperBound - 2)..<range.upperBound)
    else { return nil }
    let seconds = Int64(hours * 3_600 + minutes * 60)
    return bytes[first] == UInt8(ascii: "-") ? -seconds : seconds
  }

  private static func month(_ bytes: Span<UInt8>, _ start: Int) -> UInt64? {
    let names: [StaticString] = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    for (number, name) in names.enumerated() where bytes.equals(start..<(start + 3), name) {
      return UInt64(number + 1)
    }
    return nil
  }

  /// Howard Hinnant's days_from_civil, for years after 0.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
