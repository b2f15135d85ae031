// The keys that the rules know, as fields of one plan for all readers.
// SPDX-License-Identifier: Apache-2.0

/// A key of a log line.
enum LogKey: Int, CaseIterable {
  case event, message, msg, method, path, level, timestamp, exception, exc, cache, status
  case milliseconds, seconds

  private var name: String {
    switch self {
    case .milliseconds: "duration_ms"
    case .seconds: "process_time"
    default: "\(self)"
    }
  }

  /// What a reader of lines looks for.
  static let plan = KeyPlan(names: allCases.map(\.name))
}
