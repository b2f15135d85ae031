// Disks from /proc/diskstats:
//
//     254  0 vda 5047 4200 1106298 2243 1148 3406 177040 700 0 864 2959 140 0 60544 11 92 3
//
// Eleven figures since Linux 2.6, fifteen with discards (4.18), seventeen with flushes (5.5); sectors are of 512 bytes
// whatever the disk's are, times in milliseconds. Partitions, loop and ram devices are left out, as node_exporter does.
// See the kernel's Documentation/admin-guide/iostats.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_disk_*`.
final class DiskInput: KernelTextInput {
  let name = "diskstats"
  let isCheap = true
  /// One column: its family and what a unit of it is worth; nil scale for a plain count.
  private struct Column {
    let family: MetricFamily
    let scale: Double?

    init(_ name: String, _ type: MetricType, _ help: String, scale: Double? = nil) {
      family = MetricFamily("node_disk_" + name, type, help: help)
      self.scale = scale
    }
  }

  /// In the file's order.
  private static let columns = [
    Column("reads_completed_total", .counter, "The total number of reads completed successfully."),
    Column("reads_merged_total", .counter, "The total number of reads merged."),
    Column("read_bytes_total", .counter, "The total number of bytes read successfully.", scale: 512),
    Column("read_time_seconds_total", .counter, "The total number of seconds spent by all reads.", scale: 0.001),
    Column("writes_completed_total", .counter, "The total number of writes completed successfully."),
    Column("writes_merged_total", .counter, "The number of writes merged."),
    Column("written_bytes_total", .counter, "The total number of bytes written successfully.", scale: 512),
    Column(
      "write_time_seconds_total", .counter, "This is the total number of seconds spent by all writes.", scale: 0.001),
    Column("io_now", .gauge, "The number of I/Os currently in progress."),
    Column("io_time_seconds_total", .counter, "Total seconds spent doing I/Os.", scale: 0.001),
    Column("io_time_weighted_seconds_total", .counter, "The weighted # of seconds spent doing I/Os.", scale: 0.001),
    Column("discards_completed_total", .counter, "The total number of discards completed successfully."),
    Column("discards_merged_total", .counter, "The total number of discards merged."),
    Column("discarded_sectors_total", .counter, "The total number of sectors discarded successfully."),
    Column(
      "discard_time_seconds_total", .counter, "This is the total number of seconds spent by all discards.",
      scale: 0.001),
    Column("flush_requests_total", .counter, "The total number of flush requests completed successfully"),
    Column(
      "flush_requests_time_seconds_total", .counter,
      "This is the total number of seconds spent by all flush requests.", scale: 0.001),
  ]

  let text: KernelText
  private var labels = KeyedLabels("device")
  private var devices: [(labels: LabelSet, values: [UInt64])] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/diskstats", log: log) }

  func clear() { devices.removeAll(keepingCapacity: true) }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      _ = fields.next(in: bytes)
      _ = fields.next(in: bytes)
      guard let device = fields.next(in: bytes).map({ bytes.string($0) }) else {
        text.malformed &+= 1
        continue
      }
      if DiskInput.isLeftOut(device) { continue }
      var values: [UInt64] = []
      while values.count < DiskInput.columns.count, let field = fields.next(in: bytes),
        let value = bytes.unsigned(field)
      {
        values.append(value)
      }
      let labels = labels.labels(device)
      if values.count < 11 || devices.contains(where: { $0.labels == labels }) {
        text.malformed &+= 1
        continue
      }
      devices.append((labels, values))
    }
  }

  func collect(into sink: any SampleSink) {
    for (index, column) in DiskInput.columns.enumerated() {
      sink.family(column.family)
      for device in devices where index < device.values.count {
        if let scale = column.scale {
          sink.sample(device.labels, Double(device.values[index]) * scale)
        } else {
          sink.sample(device.labels, .unsigned(device.values[index]))
        }
      }
    }
  }

  /// node_exporter's default: `^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`.
  static func isLeftOut(_ device: String) -> Bool {
    let stem = String(device.reversed().drop { $0.isASCII && $0.isNumber }.reversed())
    if stem.count == device.count { return false }
    if ["ram", "zram", "loop", "fd"].contains(stem) { return true }
    for bus in ["hd", "sd", "vd", "xvd"] where stem.hasPrefix(bus) && stem.count == bus.count + 1 {
      if let letter = stem.last, letter.isASCII, letter.isLowercase { return true }
    }
    return stem.hasPrefix("nvme") && stem.hasSuffix("p") && stem.dropFirst(4).dropLast().contains("n")
  }
}
