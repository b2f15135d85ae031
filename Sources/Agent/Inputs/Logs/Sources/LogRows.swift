// The series of the followed paths. The first logs have series of their own; with thousands of logs the rest of each
// service is summed up under the path `other`. Counters stay when a log is let go, and go on when it comes back; when
// another needs the room, the one that is gone longest has to leave.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Which log counts in which series. Not thread-safe.
struct LogRows {
  /// The series of one path, or of the rest of a service.
  final class Row {
    /// `service`, `path`.
    let labels: LabelSet
    fileprivate let key: LogSource
    fileprivate(set) var files: [LogFile] = []
    fileprivate var past = LogTotals()
    fileprivate var goneAt: UInt64?

    fileprivate init(_ key: LogSource) {
      self.key = key
      labels = LabelSet([("service", key.service), ("path", key.path)])
    }

    /// The counters of its logs, those let go included.
    var totals: LogTotals { files.reduce(into: past) { $0.add($1.totals) } }
  }

  /// In the order in which they came.
  private(set) var all: [Row] = []
  private var byKey: [LogSource: Row] = [:]
  private var own = 0

  /// Gives a log its row.
  mutating func add(_ file: LogFile) {
    let other = LogSource(service: file.source.service, path: "other")
    let row: Row
    if let known = byKey[file.source] {
      row = known
    } else if own < Limits.logRows || makeRoom() {
      own += 1
      row = insert(file.source)
    } else {
      row = byKey[other] ?? insert(other)
    }
    row.files.append(file)
    row.goneAt = nil
  }

  /// Keeps the counters of a log that is let go.
  mutating func letGo(_ file: LogFile, at now: Moment) {
    guard let row = all.first(where: { $0.files.contains { $0 === file } }) else { return }
    row.files.removeAll { $0 === file }
    row.past.add(file.totals.past)
    if row.files.isEmpty { row.goneAt = now.boot }
  }

  private mutating func insert(_ key: LogSource) -> Row {
    let row = Row(key)
    byKey[key] = row
    all.append(row)
    return row
  }

  private mutating func makeRoom() -> Bool {
    let gone = all.filter { $0.goneAt != nil && $0.key.path != "other" }
    guard let oldest = gone.min(by: { ($0.goneAt ?? 0) < ($1.goneAt ?? 0) }) else { return false }
    all.removeAll { $0 === oldest }
    byKey[oldest.key] = nil
    own -= 1
    return true
  }
}
