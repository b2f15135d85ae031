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

  /// A device at its place in the file: looked up by its name's bytes, which stay where they are from sample to sample.
  private struct Device {
    let name: [UInt8]
    /// nil for one that is left out.
    let labels: LabelSet?
    /// Whether another device bears the same labels, its name being the same but for bytes that are not UTF-8.
    let isTwin: Bool
    /// The figures; zeros behind `count`.
    var values: [UInt64]
    var count = 0
  }

  let text: KernelText
  private let filter: NameFilter
  private var devices: [Device] = []

  init(paths: KernelPaths, log: any EventLog, filter: NameFilter = .standard) {
    text = KernelText(paths.proc + "/diskstats", log: log)
    self.filter = filter
  }

  func clear() { for place in devices.indices { devices[place].count = 0 } }

  func parse(_ bytes: Span<UInt8>) {
    var place = 0
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      _ = fields.next(in: bytes)
      _ = fields.next(in: bytes)
      guard let name = fields.next(in: bytes) else {
        text.malformed &+= 1
        continue
      }
      find(name, place, bytes)
      take(&fields, place, bytes)
      place += 1
    }
    devices.removeSubrange(place...)
  }

  /// Brings the device of this name to its place.
  private func find(_ name: Range<Int>, _ place: Int, _ bytes: Span<UInt8>) {
    func isNamed(_ device: Device) -> Bool {
      if device.name.count != name.count { return false }
      for offset in 0..<name.count where device.name[offset] != bytes[name.lowerBound + offset] { return false }
      return true
    }
    if place < devices.count, isNamed(devices[place]) { return }
    if let other = devices.indices.dropFirst(place).first(where: { isNamed(devices[$0]) }) {
      return devices.swapAt(place, other)
    }
    let device = bytes.string(name)
    let isTaken = filter.takes(device, isStandard: !DiskInput.isLeftOut(device))
    let labels = isTaken ? LabelSet([("device", device)]) : nil
    let isTwin = labels.map { labels in devices[..<place].contains { $0.labels == labels } } ?? false
    var raw: [UInt8] = []
    for index in name { raw.append(bytes[index]) }
    let values = [UInt64](repeating: 0, count: labels == nil ? 0 : DiskInput.columns.count)
    devices.insert(Device(name: raw, labels: labels, isTwin: isTwin, values: values), at: place)
  }

  private func take(_ fields: inout Splitter, _ place: Int, _ bytes: Span<UInt8>) {
    if devices[place].labels == nil { return }
    var count = 0
    while count < DiskInput.columns.count, let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }) {
      devices[place].values[count] = value
      count += 1
    }
    let isWhole = count >= 11 && !devices[place].isTwin
    if !isWhole { text.malformed &+= 1 }
    devices[place].count = isWhole ? count : 0
  }

  func collect(into sink: any SampleSink) {
    for (index, column) in DiskInput.columns.enumerated() {
      sink.family(column.family)
      for device in devices where index < device.count {
        guard let labels = device.labels else { continue }
        if let scale = column.scale {
          sink.sample(labels, Double(device.values[index]) * scale)
        } else {
          sink.sample(labels, .unsigned(device.values[index]))
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
