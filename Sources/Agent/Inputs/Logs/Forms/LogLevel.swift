// The levels that get one name each, whatever a logger calls them: `warn`, `WARNING` and 40 in pino are one label value.
// Other words stay as they are, in lower case, so that nothing is lost that we do not know.
//
// The names are those of Python, syslog and swift-log. What ends a process or wakes people is `critical`: fatal, panic,
// alert and emergency differ between loggers more than in what they ask for.
// SPDX-License-Identifier: Apache-2.0

/// A level of a log line; the raw value is the label's.
enum LogLevel: String, CaseIterable, Sendable {
  case trace, debug, info, notice, warning, error, critical, unknown

  /// The number of the case, which counters are kept by.
  var number: Int {
    switch self {
    case .trace: 0
    case .debug: 1
    case .info: 2
    case .notice: 3
    case .warning: 4
    case .error: 5
    case .critical: 6
    case .unknown: 7
    }
  }

  /// Whether a person should see such a line.
  var isNotable: Bool { self == .warning || self == .error || self == .critical }

  /// The level that a word means, in any case; nil for other words. Of slog's `INFO+2` the word counts.
  static func named(_ bytes: Span<UInt8>, _ range: Range<Int>) -> LogLevel? {
    var end = range.lowerBound
    var word: UInt64 = 0
    while end < range.upperBound, bytes[end] != UInt8(ascii: "+"), bytes[end] != UInt8(ascii: "-") {
      if end - range.lowerBound >= 13 { return nil }
      let byte = bytes[end]
      let letter = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
      guard letter &- UInt8(ascii: "a") < 26 else { return nil }
      // Five bits a letter: up to twelve letters are one number, and no two words the same.
      word = word << 5 | UInt64(letter & 0x1F)
      end += 1
    }
    return end == range.lowerBound ? nil : words[word]
  }

  private static let words: [UInt64: LogLevel] = {
    let table: [(LogLevel, [String])] = [
      (.trace, ["trace", "trc", "silly", "finest", "finer"]), (.debug, ["debug", "dbg", "fine", "config"]),
      (.info, ["info", "inf", "information", "informational"]), (.notice, ["notice", "note"]),
      (.warning, ["warn", "warning", "wrn"]), (.error, ["error", "err", "severe", "eror"]),
      (.critical, ["critical", "crit", "fatal", "ftl", "panic", "dpanic", "alert", "emerg", "emergency"]),
    ]
    var words: [UInt64: LogLevel] = [:]
    for (level, names) in table {
      for name in names { words[name.utf8.reduce(0) { $0 << 5 | UInt64($1 & 0x1F) }] = level }
    }
    return words
  }()
}
