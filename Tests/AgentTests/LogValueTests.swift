import Testing

@testable import VitalsAgent

@Suite("Values of log lines")
struct LogValueTests {
  @Test(
    "A time is read in every usual writing, or there is none",
    arguments: [
      ("", nil), ("2026-13-21T04:11:11Z", nil), ("2026-11-21T24:11:11Z", nil), ("2026-11-21", nil),
      ("2026-11-21T04:11:11+1", nil), ("31/Foo/2026:10:00:00 +0000", nil), ("Sat, 21 Nov 2026", nil),
      ("99999999999999999999", nil), ("1795271186x", nil), ("noon", nil), ("[", nil), ("[]", nil),
      ("2026-11-21 10:00:00,123", 1_795_255_200_123_000_000), ("2026-11-21 10:00:00.123", 1_795_255_200_123_000_000),
      ("2026-11-21T10:00:00.123456789Z", 1_795_255_200_123_456_789),
      ("2026-11-21T11:00:00+01:00", 1_795_255_200_000_000_000), ("2026-11-21T11:00:00+0100", 1_795_255_200_000_000_000),
      ("2026-11-21 10:00:00 +0000", 1_795_255_200_000_000_000), ("2026/11/21 10:00:00", 1_795_255_200_000_000_000),
      ("21/Nov/2026:10:00:00 +0000", 1_795_255_200_000_000_000),
      ("[21/Nov/2026:11:00:00 +0100]", 1_795_255_200_000_000_000),
      ("Sat, 21 Nov 2026 10:00:00 GMT", 1_795_255_200_000_000_000),
      ("Sat Nov 21 10:00:00.5 2026", 1_795_255_200_500_000_000),
      ("Sun Nov  1 10:00:00 2026", 1_793_527_200_000_000_000),
      ("1795255200", 1_795_255_200_000_000_000), ("1795255200.25", 1_795_255_200_250_000_000),
      ("1795255200123", 1_795_255_200_123_000_000), ("1795255200123456", 1_795_255_200_123_456_000),
      ("1795255200123456789", 1_795_255_200_123_456_789),
    ] as [(String, UInt64?)])
  func times(text: String, wanted: UInt64?) {
    let bytes = Array(text.utf8)
    #expect(Timestamp.nanoseconds(bytes.span, 0..<bytes.count) == wanted)
  }

  @Test(
    "A duration with its unit is read in every usual spelling, or it is none",
    arguments: [
      ("", nil), ("s", nil), ("1.2.3s", nil), ("5 parsecs", nil), ("-1s", nil), ("1:2:3:4", nil), ("P1Y", nil),
      ("00:61:00", nil), ("1e5s", nil), ("nan", nil), ("1.5s", 1.5), ("12ms", 0.012), ("12 ms", 0.012),
      ("250µs", 0.00025), ("250us", 0.00025), ("7ns", 7e-9), ("1m2.5s", 62.5), ("1h0m3s", 3_603),
      ("00:00:01.2340000", 1.234), ("01:30", 90), ("PT0.25S", 0.25), ("PT1M2.5S", 62.5), ("0.000102573s", 0.000102573),
    ] as [(String, Double?)])
  func durations(text: String, wanted: Double?) {
    let bytes = Array(text.utf8)
    let found = DurationText.seconds(bytes.span, 0..<bytes.count)
    #expect((found == nil) == (wanted == nil))
    #expect(abs((found ?? 0) - (wanted ?? 0)) < 1e-12)
  }

  @Test(
    "Words for a level have one name each, other words none",
    arguments: [
      ("", nil), ("l7", nil), ("inf0", nil), ("informationally", nil), ("verbose", nil), ("WARN", .warning),
      ("Warning", .warning), ("wrn", .warning), ("INFO+2", .info), ("ERROR+4", .error), ("Information", .info),
      ("err", .error), ("FATAL", .critical), ("dpanic", .critical), ("EMERGENCY", .critical), ("SEVERE", .error),
      ("notice", .notice), ("silly", .trace), ("FINE", .debug),
    ] as [(String, LogLevel?)])
  func words(text: String, wanted: LogLevel?) {
    let bytes = Array(text.utf8)
    #expect(LogLevel.named(bytes.span, 0..<bytes.count) == wanted)
  }

  @Test(
    "Numbers for levels are read as their form means them",
    arguments: [
      (.words, 30, nil), (.pino, 0, nil), (.pino, 10, .trace), (.pino, 35, .info), (.pino, 60, .critical),
      (.pino, 70, nil), (.python, 10, .debug), (.python, 30, .warning), (.python, 50, .critical),
      (.syslog, 0, .critical),
      (.syslog, 3, .error), (.syslog, 7, .debug), (.syslog, 8, nil), (.syslog, -1, nil), (.openTelemetry, 1, .trace),
      (.openTelemetry, 9, .info), (.openTelemetry, 12, .info), (.openTelemetry, 13, .warning),
      (.openTelemetry, 24, .critical), (.openTelemetry, 25, nil), (.pino, 1e300, nil), (.pino, .nan, nil),
      (.syslog, .nan, nil),
    ] as [(LevelScale, Double, LogLevel?)])
  func numbers(scale: LevelScale, number: Double, wanted: LogLevel?) {
    #expect(scale.level(number) == wanted)
  }

  @Test("No two words for levels are the same number")
  func distinct() {
    for level in LogLevel.allCases where level != .unknown {
      let bytes = Array(level.rawValue.utf8)
      #expect(LogLevel.named(bytes.span, 0..<bytes.count) == level)
    }
  }
}
