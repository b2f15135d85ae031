// How a number of a log line is to be read. A text that brings its own unit, such as "1.5s", needs none.
// SPDX-License-Identifier: Apache-2.0

/// The unit of a field's numbers, or what else has to be known to read it.
enum LogUnit: Sendable {
  /// Nothing has to be known.
  case none
  case seconds, milliseconds, microseconds, nanoseconds
  /// A Go Duration as loggers write it: nanoseconds as a whole number. Below 1,000 it is taken for somebody's
  /// milliseconds without their name, since no request takes less than a microsecond; then it is ambiguous.
  case goDuration
  /// A duration whose unit only its author knows, such as `duration` of an unknown logger: not used, and `vitals check`
  /// says so.
  case ambiguous
  /// A path that may stand there as a whole URL.
  case url
  /// What a client sent as its request's first line, whatever that was.
  case requestLine

  /// How many of it make a second; nil when that is not known.
  var perSecond: Double? {
    switch self {
    case .seconds: 1
    case .milliseconds: 1e3
    case .microseconds: 1e6
    case .nanoseconds, .goDuration: 1e9
    case .none, .ambiguous, .url, .requestLine: nil
    }
  }

  /// The name for people; empty when there is nothing to say.
  var name: String {
    switch self {
    case .none, .url, .requestLine: ""
    case .seconds: "s"
    case .milliseconds: "ms"
    case .microseconds: "us"
    case .nanoseconds, .goDuration: "ns"
    case .ambiguous: "unit not known, not used"
    }
  }
}
