// Which lines a rule takes.
// SPDX-License-Identifier: Apache-2.0

/// Tests joined by and, or and not.
indirect enum LogCondition {
  case test(field: Int, LogTest)
  case all([LogCondition])
  case any([LogCondition])
  case not(LogCondition)

  /// Whether a line passes.
  func passes(_ line: LogValues, _ bytes: Span<UInt8>, _ text: inout [UInt8]) -> Bool {
    switch self {
    case .test(let field, let test): return test.passes(line, bytes, field, &text)
    case .all(let parts):
      for part in parts where !part.passes(line, bytes, &text) { return false }
      return true
    case .any(let parts):
      for part in parts where part.passes(line, bytes, &text) { return true }
      return false
    case .not(let part): return !part.passes(line, bytes, &text)
    }
  }
}
