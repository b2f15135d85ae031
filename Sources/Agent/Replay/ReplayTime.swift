// Times of a summary for people and programs, in UTC as all of its times are.
// SPDX-License-Identifier: Apache-2.0

/// Writes times, given in nanoseconds since 1970.
enum ReplayTime {
  /// `2026-11-21T04:11:11Z`, with milliseconds where there are some.
  static func text(_ nanoseconds: UInt64) -> String {
    let text = EventLine.time(Moment(boot: 0, real: nanoseconds))
    return text.hasSuffix(".000Z") ? String(text.dropLast(5)) + "Z" : text
  }

  /// `2026-11-21 04:11:11`.
  static func day(_ nanoseconds: UInt64) -> String {
    String(EventLine.time(Moment(boot: 0, real: nanoseconds)).prefix(19)).replacing("T", with: " ")
  }

  /// `04:11:11`, with the day before it where a span is longer than one.
  static func short(_ nanoseconds: UInt64, in span: ClosedRange<UInt64>?) -> String {
    let text = day(nanoseconds)
    guard let span, day(span.lowerBound).prefix(10) == day(span.upperBound).prefix(10) else { return text }
    return String(text.dropFirst(11))
  }

  /// Reads what `--from` and `--to` take: the times that logs are written with, also a day alone, or without seconds.
  static func parse(_ text: String) -> UInt64? {
    var full = text
    if text.utf8.count == 10, text.contains("-") { full += "T00:00:00" }
    if text.utf8.count == 16, text.contains(":") { full += ":00" }
    let bytes = Array(full.utf8)
    return Timestamp.nanoseconds(bytes.span, 0..<bytes.count)
  }
}
