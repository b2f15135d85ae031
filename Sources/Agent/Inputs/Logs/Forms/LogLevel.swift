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
  var isNotable: Bool { self == .warning || isError }

  /// Whether such a line says that something failed.
  var isError: Bool { self == .error || self == .critical }

  /// The level that a word means, in any case; nil for other words. Of slog's `INFO+2` the word counts.
  static func named(_ bytes: Span<UInt8>, _ range: Range<Int>) -> LogLevel? {
    var end = range.lowerBound
    var word: UInt64 = 0
    while end < range.upperBound, bytes[end] != UInt8(ascii: "+"), bytes[end] != UInt8(ascii: "-") {
      if end - range.lowerBound >= 12 { return nil }
      let byte = bytes[end]
      let letter = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
      guard letter &- UInt8(ascii: "a") < 26 else { return nil }
      // Five bits a letter: up to twelve letters are one number, and no two words the same.
      word = word << 5 | UInt64(letter & 0x1F)
      end += 1
    }
    for (known, level) in words where known == word { return level }
    return nil
  }

  /// The words as numbers, usual ones first: a few compares are cheaper than a hash.
  private static let words: [(UInt64, LogLevel)] = {
    let table: [(LogLevel, [String])] = [
      (.info, ["info"]), (.debug, ["debug"]), (.warning, ["warning", "warn"]), (.error, ["error"]),
      (.critical, ["critical", "fatal", "crit", "ftl", "panic", "dpanic", "alert", "emerg", "emergency"]),
      (.trace, ["trace", "trc", "silly", "finest", "finer"]), (.debug, ["dbg", "fine", "config"]),
      (.info, ["information", "inf", "success"]), (.notice, ["notice", "note"]), (.warning, ["wrn"]),
      (.error, ["err", "severe", "eror"]),
    ]
    return table.flatMap { level, names in
      names.map { ($0.utf8.reduce(0) { $0 << 5 | UInt64($1 & 0x1F) }, level) }
    }
  }()
}
