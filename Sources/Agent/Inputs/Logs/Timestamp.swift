// RFC 3339 times, as loggers write them: `2026-11-21T04:11:11.084468Z`, also with a space for the T, an offset, or
// neither (then it is taken as UTC).
// SPDX-License-Identifier: Apache-2.0

/// Reads times of log lines.
enum Timestamp {
  /// Nanoseconds since 1970, or nil when `range` is no such time.
  static func nanoseconds(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    let start = range.lowerBound
    guard range.count >= 19, range.count <= 40,
      let year = bytes.unsigned(start..<(start + 4)), year >= 1970, year < 2500,
      let month = bytes.unsigned((start + 5)..<(start + 7)), (1...12).contains(month),
      let day = bytes.unsigned((start + 8)..<(start + 10)), (1...31).contains(day),
      let hour = bytes.unsigned((start + 11)..<(start + 13)), hour < 24,
      let minute = bytes.unsigned((start + 14)..<(start + 16)), minute < 60,
      let second = bytes.unsigned((start + 17)..<(start + 19)), second <= 60
    else { return nil }
    var at = start + 19
    var fraction: UInt64 = 0
    if at < range.upperBound, bytes[at] == UInt8(ascii: ".") {
      at += 1
      var unit: UInt64 = 100_000_000
      while at < range.upperBound, bytes[at] &- UInt8(ascii: "0") <= 9 {
        fraction &+= UInt64(bytes[at] &- UInt8(ascii: "0")) &* unit
        unit /= 10
        at += 1
      }
    }
    guard let offset = offset(bytes, at..<range.upperBound) else { return nil }
    let days = daysSince1970(Int64(year), Int64(month), Int64(day))
    let seconds = days * 86_400 + Int64(hour * 3_600 + minute * 60 + second) - offset
    return seconds < 0 ? nil : UInt64(seconds) &* 1_000_000_000 &+ fraction
  }

  /// Seconds east of Greenwich.
  private static func offset(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    guard let first = range.first else { return 0 }
    if range.count == 1 { return bytes[first] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
    guard range.count == 6, bytes[first] == UInt8(ascii: "+") || bytes[first] == UInt8(ascii: "-"),
      let hours = bytes.unsigned((first + 1)..<(first + 3)), let minutes = bytes.unsigned((first + 4)..<(first + 6))
    else { return nil }
    let seconds = Int64(hours * 3_600 + minutes * 60)
    return bytes[first] == UInt8(ascii: "-") ? -seconds : seconds
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
