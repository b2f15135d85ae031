// The names of value files: the kind, and who writes it. A name is all that says whose values a file has.
// SPDX-License-Identifier: Apache-2.0

/// The parts of a name such as `gauge_livesum_4711.db`.
struct ValueFileName: Sendable, Hashable {
  /// What the file holds.
  let kind: ValueFileKind
  /// Its writer: a process id, or what the service calls its workers.
  let writer: String

  /// The file's name.
  let text: String

  init(kind: ValueFileKind, writer: String) {
    self.kind = kind
    self.writer = writer
    text = "\(kind.prefix)_\(writer)\(Self.ending)"
  }

  /// Nil for a name of another form.
  init?(_ name: String) {
    guard name.utf8.count > Self.ending.utf8.count, name.hasSuffix(Self.ending) else { return nil }
    let parts = name.dropLast(Self.ending.utf8.count).split(
      separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    if first == "gauge" {
      guard parts.count == 3, !parts[2].isEmpty, let mode = GaugeMode(rawValue: String(parts[1])) else { return nil }
      self.init(kind: .gauge(mode), writer: String(parts[2]))
    } else {
      guard let kind = Self.summed[first], parts.count > 1, !parts[1].isEmpty else { return nil }
      self.init(kind: kind, writer: parts.dropFirst().joined(separator: "_"))
    }
  }

  /// The writer as a process id; nil when it cannot be one.
  var pid: Int32? {
    guard let pid = Int32(writer), pid > 0, String(pid) == writer else { return nil }
    return pid
  }

  /// Every value file's last letters.
  static let ending = ".db"

  private static let summed: [Substring: ValueFileKind] = [
    "counter": .counter, "histogram": .histogram, "summary": .summary,
  ]
}
