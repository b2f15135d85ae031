// The table of connections that the packet filter tracks. Its size and limit are numbers of their own; its statistics are
// in /proc/net/stat/nf_conntrack, a line of names, then a line for each core in hexadecimal:
//
//     entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error …
//     00000021  00000000 00000000 00000000 00000003 0000588a 00000000 00000000 00000000 00000000 00000000 00000000 …
//
// The seventeenth column came with Linux 2.6.35. node_exporter serves the sums as gauges.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_nf_conntrack_*`.
final class ConntrackInput: Input {
  let name = "conntrack"
  let isCheap = false
  var malformedLines: UInt64 { [entries, limit, statistics].reduce(0) { $0 &+ $1.malformed } }

  private static func gauge(_ name: String, _ help: String) -> MetricFamily {
    MetricFamily("node_nf_conntrack_" + name, .gauge, help: help)
  }

  private static let sizes = [
    gauge("entries", "Connections that are tracked now."),
    gauge("entries_limit", "Connections that may be tracked."),
  ]
  private static let columns: [(index: Int, family: MetricFamily)] = [
    (2, gauge("stat_found", "Searches that found an entry.")),
    (4, gauge("stat_invalid", "Packets that cannot be tracked.")),
    (5, gauge("stat_ignore", "Packets that are not to be tracked.")),
    (8, gauge("stat_insert", "Entries that were made.")),
    (9, gauge("stat_insert_failed", "Entries that could not be made, for example because another was there.")),
    (10, gauge("stat_drop", "Packets dropped because no entry could be made.")),
    (11, gauge("stat_early_drop", "Entries given up to make room for others.")),
    (16, gauge("stat_search_restart", "Searches that began again because the table was resized.")),
  ]
  private static let least = 16

  private let entries: KernelText
  private let limit: KernelText
  private let statistics: KernelText
  private var sizes: [UInt64?] = [nil, nil]
  private var sums: [UInt64?] = []

  init(paths: KernelPaths, log: any EventLog) {
    let consequence = "its metrics are absent; no connections are tracked for this network namespace"
    func text(_ path: String) -> KernelText { KernelText(paths.proc + path, log: log, consequence: consequence) }
    entries = text("/sys/net/netfilter/nf_conntrack_count")
    limit = text("/sys/net/netfilter/nf_conntrack_max")
    statistics = text("/net/stat/nf_conntrack")
  }

  func sample(at now: Moment) {
    sizes = [size(entries), size(limit)]
    sums = []
    if !statistics.read() { return }
    let bytes = statistics.bytes
    parse(bytes.span)
  }

  private func size(_ text: KernelText) -> UInt64? {
    if !text.read() { return nil }
    let bytes = text.bytes
    let span = bytes.span
    var lines = Splitter.lines(span)
    let value = lines.next(in: span).flatMap { span.unsigned($0) }
    if value == nil { text.malformed &+= 1 }
    return value
  }

  private func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    _ = lines.next(in: bytes)
    while let line = lines.next(in: bytes) {
      var values: [UInt64] = []
      var fields = Splitter.fields(line)
      while let field = fields.next(in: bytes), let value = bytes.hexadecimal(field) { values.append(value) }
      if values.count < ConntrackInput.least {
        statistics.malformed &+= 1
        continue
      }
      if sums.isEmpty { sums = ConntrackInput.columns.map { $0.index < values.count ? 0 : nil } }
      for (place, column) in ConntrackInput.columns.enumerated() where column.index < values.count {
        if let sum = sums[place] { sums[place] = sum &+ values[column.index] }
      }
    }
  }

  func collect(into sink: any SampleSink) {
    for (family, value) in zip(ConntrackInput.sizes, sizes) { write(family, value, sink) }
    for (column, value) in zip(ConntrackInput.columns, sums) { write(column.family, value, sink) }
  }

  private func write(_ family: MetricFamily, _ value: UInt64?, _ sink: any SampleSink) {
    guard let value else { return }
    sink.family(family)
    sink.sample(.empty, .unsigned(value))
  }
}
