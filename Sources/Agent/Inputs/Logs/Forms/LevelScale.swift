// What numbers for levels mean: 30 is info for pino, warning for Python and nothing for syslog.
// SPDX-License-Identifier: Apache-2.0

/// How a form counts levels.
enum LevelScale: Sendable {
  /// Not in numbers: such a level is unknown.
  case words
  /// 10 trace to 60 fatal: pino and bunyan.
  case pino
  /// 10 debug to 50 critical: Python's logging.
  case python
  /// 0 emergency to 7 debug, RFC 5424.
  case syslog
  /// 1 to 24 in groups of four, the first trace, the last fatal: OpenTelemetry's SeverityNumber.
  case openTelemetry

  /// The level of a number.
  func level(_ number: Double) -> LogLevel? {
    switch self {
    case .words: return nil
    case .pino: return Self.pick(number, 10, [.trace, .debug, .info, .warning, .error, .critical])
    case .python: return Self.pick(number, 10, [.debug, .info, .warning, .error, .critical])
    case .syslog:
      let levels: [LogLevel] = [.critical, .critical, .critical, .error, .warning, .notice, .info, .debug]
      guard number >= 0, number < 8 else { return nil }
      return levels[Int(number)]
    case .openTelemetry: return Self.pick(number + 3, 4, [.trace, .debug, .info, .warning, .error, .critical])
    }
  }

  private static func pick(_ number: Double, _ step: Double, _ levels: [LogLevel]) -> LogLevel? {
    guard number >= step, number < step * Double(levels.count + 1) else { return nil }
    return levels[min(levels.count, Int(number / step)) - 1]
  }
}
