// The NFS client's and server's counters, from /proc/net/rpc/nfs and nfsd:
//
//     net 70 70 69 45
//     rpc 1218785755 374636 1218815394
//     proc3 22 1 4084749 29200 94754 …
//
// The files are there while the kernel's modules are. Lines that an older kernel does not have are absent, which
// node_exporter has as zeros.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_nfs_*` or `node_nfsd_*`.
final class NFSInput: KernelTextInput {
  let name: String
  let isCheap = false
  let text: KernelText
  private let counters: NFSCounters
  /// The series of each family: the line and the column that each is in.
  private let series: [[(line: Int, column: Int, labels: LabelSet)]]
  private var keys = RememberedKeys<Int?>()
  /// The numbers of each line of the table; empty when the file does not have it.
  private var values: [[UInt64]]

  /// The client's counters.
  static func client(paths: KernelPaths, log: any EventLog) -> NFSInput {
    NFSInput("nfs", .client, paths: paths, log: log)
  }

  /// The server's counters.
  static func server(paths: KernelPaths, log: any EventLog) -> NFSInput {
    NFSInput("nfsd", .server, paths: paths, log: log)
  }

  private init(_ name: String, _ counters: NFSCounters, paths: KernelPaths, log: any EventLog) {
    self.name = name
    self.counters = counters
    text = KernelText("\(paths.proc)/net/rpc/\(name)", log: log)
    values = counters.lines.map { _ in [] }
    series = counters.families.indices.map { family in
      counters.lines.enumerated().flatMap { line, spec in
        spec.series.filter { $0.family == family }.map { (line, $0.column, $0.labels) }
      }
    }
  }

  func clear() { for index in values.indices { values[index].removeAll(keepingCapacity: true) } }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    var row = 0
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes) else { continue }
      let place = keys.value(at: row, key, in: bytes) { key in
        counters.lines.firstIndex { $0.key.utf8.elementsEqual(key) }
      }
      row += 1
      if let place, !take(place, &fields, bytes) {
        values[place].removeAll(keepingCapacity: true)
        text.malformed &+= 1
      }
    }
  }

  /// Takes a line's numbers; false when they are not as many as there should be. Behind the whole numbers of `th` stand
  /// others.
  private func take(_ place: Int, _ fields: inout Splitter, _ bytes: Span<UInt8>) -> Bool {
    if !values[place].isEmpty { return false }
    while let field = fields.next(in: bytes), let value = bytes.unsigned(field) { values[place].append(value) }
    let line = counters.lines[place]
    if !line.isCounted { return values[place].count >= line.least }
    return values[place].first == UInt64(values[place].count - 1) && values[place].count > line.least
  }

  func collect(into sink: any SampleSink) {
    if values.allSatisfy(\.isEmpty) { return }
    for (family, series) in zip(counters.families, series) {
      sink.family(family)
      for one in series where one.column < values[one.line].count {
        sink.sample(one.labels, .unsigned(values[one.line][one.column]))
      }
    }
  }
}
