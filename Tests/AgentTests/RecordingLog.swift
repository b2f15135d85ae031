@testable import VitalsAgent

/// Keeps the agent's events as `level message name=value ...`.
final class RecordingLog: EventLog {
  private(set) var lines: [String] = []

  func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]) {
    lines.append(([level.rawValue, message] + fields.map { "\($0.name)=\($0.value)" }).joined(separator: " "))
  }
}
