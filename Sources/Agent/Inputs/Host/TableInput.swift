// An input over a table of the kernel that is read on a helper thread every few seconds: what may wait for hardware, and
// what may have a hundred thousand lines. A reading that cost much is followed by a longer rest; the age of the sample
// is exported. The label sets of rows that stay are kept.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Series of tables.
final class TableInput: Input {
  let name: String
  let isCheap = false
  var interval: Double { max(Limits.tableSeconds, reading.restSeconds) }
  private(set) var malformedLines: UInt64 = 0

  private struct Table {
    let shape: TableShape
    var known: [[String]: LabelSet] = [:]
    /// Of each row.
    var labels: [LabelSet] = []
    /// All rows' of the first column, then those of the next one, as they are collected.
    var values: [MetricValue?] = []

    mutating func fill(_ rows: [TableRow]) {
      values.removeAll(keepingCapacity: true)
      for column in shape.families.indices {
        for row in rows { values.append(column < row.values.count ? row.values[column] : nil) }
      }
    }
  }

  private let path: String?
  private let log: any EventLog
  private let reading: HelperReading<TableReading>
  private var tables: [Table]
  private(set) var rowsLeftOut: UInt64 = 0
  private var fault: SystemError?

  init(_ source: some TableSource, work: any BlockingWork, turns: ReadingTurns = ReadingTurns(), log: any EventLog) {
    name = source.name
    path = source.path
    self.log = log
    tables = source.shapes.map { Table(shape: $0) }
    reading = HelperReading(source.path ?? source.name, work: work, turns: turns, log: log) { source.read() }
  }

  func sample(at now: Moment) {
    if let path, (try? FileStatus.of(path)) == nil { return take(nil) }
    reading.start { [weak self] in self?.take($0) }
  }

  private func take(_ result: TableReading?) {
    rowsLeftOut = 0
    malformedLines &+= result?.malformed ?? 0
    for index in tables.indices { renew(index, result?.tables.dropFirst(index).first ?? []) }
    if let result { say(result.fault) }
  }

  private func renew(_ index: Int, _ rows: [TableRow]) {
    let old = tables[index].known
    tables[index].known = [:]
    tables[index].labels.removeAll(keepingCapacity: true)
    var taken: [TableRow] = []
    for row in rows {
      if taken.count >= Limits.tableRows {
        rowsLeftOut += 1
        continue
      }
      // The same series twice: the first one stands.
      if tables[index].known[row.keys] != nil {
        malformedLines &+= 1
        continue
      }
      let labels = old[row.keys] ?? LabelSet(writingEmpty: zip(tables[index].shape.labels, row.keys).map { ($0, $1) })
      tables[index].known[row.keys] = labels
      tables[index].labels.append(labels)
      taken.append(row)
    }
    tables[index].fill(taken)
  }

  private func say(_ now: SystemError?) {
    defer { fault = now }
    switch (fault, now) {
    case (nil, let error?) where error.isGone || error.isUnsupported:
      log.log(.info, "not on this kernel; its metrics are absent", [("input", name), ("error", error.description)])
    case (nil, let error?):
      log.log(.warning, "cannot be read; its metrics are absent", [("input", name), ("error", error.description)])
    case (_?, nil): log.log(.info, "readable again", [("input", name)])
    default: return
    }
  }

  func collect(into sink: any SampleSink) {
    for table in tables where !table.labels.isEmpty {
      let labels = table.labels.span
      let values = table.values.span
      for (column, family) in table.shape.families.enumerated() {
        sink.family(family)
        for row in labels.indices {
          if let value = values[column * labels.count + row] { sink.sample(labels, row, value) }
        }
      }
    }
  }
}
