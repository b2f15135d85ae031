// Packets as each core took them from its network cards, from /proc/net/softnet_stat: a line for each core that is there,
// columns in hexadecimal. Since Linux 5.14 the thirteenth is the core's number; before it, the line's own number is. See
// softnet_seq_show in the kernel's net/core/net-procfs.c.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_softnet_*`.
final class SoftnetInput: KernelTextInput {
  let name = "softnet"
  let isCheap = true

  private struct Column {
    let index: Int
    let family: MetricFamily

    init(_ index: Int, _ name: String, _ type: MetricType, _ help: String) {
      self.index = index
      family = MetricFamily("node_softnet_" + name, type, help: help)
    }
  }

  private static let columns = [
    Column(0, "processed_total", .counter, "Number of processed packets"),
    Column(1, "dropped_total", .counter, "Packets dropped because the backlog was full."),
    Column(2, "times_squeezed_total", .counter, "Times that packets were left for the next round, for want of time."),
    Column(8, "cpu_collision_total", .counter, "Times that a device was locked by another core; 0 on newer kernels."),
    Column(9, "received_rps_total", .counter, "Times that another core gave this one packets to work on."),
    Column(10, "flow_limit_count_total", .counter, "Times that a flow's limit was reached."),
    Column(11, "backlog_len", .gauge, "Packets that wait in the backlog."),
  ]
  private static let number = 12
  /// A kernel of 2.6 has so many columns.
  private static let least = 9

  let text: KernelText
  private var labels: [LabelSet] = []
  /// Which label set each line has.
  private var cores: [Int] = []
  /// The columns of all lines, one after the other; nil for what an older kernel does not have.
  private var values: [UInt64?] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/net/softnet_stat", log: log) }

  func clear() {
    cores.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    var row = 0
    while let line = lines.next(in: bytes) {
      if !take(line, row, bytes) { text.malformed &+= 1 }
      row += 1
    }
  }

  private func take(_ line: Range<Int>, _ row: Int, _ bytes: Span<UInt8>) -> Bool {
    let start = values.count
    values.append(contentsOf: repeatElement(nil, count: SoftnetInput.columns.count))
    var core = row
    var fields = Splitter.fields(line)
    var column = 0
    var next = 0
    while column <= SoftnetInput.number, let field = fields.next(in: bytes), let value = bytes.hexadecimal(field) {
      if next < SoftnetInput.columns.count, SoftnetInput.columns[next].index == column {
        values[start + next] = value
        next += 1
      }
      if column == SoftnetInput.number { core = Int(clamping: value) }
      column += 1
    }
    // The backlog's length came together with the core's number.
    if column < SoftnetInput.least || core >= Limits.cores || core <= cores.last ?? -1 {
      values.removeLast(values.count - start)
      return false
    }
    while labels.count <= core { labels.append(LabelSet([("cpu", String(labels.count))])) }
    cores.append(core)
    return true
  }

  func collect(into sink: any SampleSink) {
    let width = SoftnetInput.columns.count
    for (index, column) in SoftnetInput.columns.enumerated() {
      sink.family(column.family)
      for (row, core) in cores.enumerated() {
        if let value = values[row * width + index] { sink.sample(labels[core], .unsigned(value)) }
      }
    }
  }
}
