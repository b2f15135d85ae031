// The agent's own log: JSON lines on stderr. stderr never blocks the agent: a line that a full pipe does not take is
// dropped and counted.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where the agent says what happened to it; one line an event.
protocol EventLog: AnyObject {
  /// Writes one event. `fields` are strings; control characters and bad UTF-8 are escaped.
  func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)])
}

/// How much an event matters.
enum EventLevel: String, Sendable {
  case info, warning, error
}

extension EventLog {
  /// An event without fields.
  func log(_ level: EventLevel, _ message: String) { log(level, message, []) }
}
