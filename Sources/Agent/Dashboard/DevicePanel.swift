// Disks, file systems and networks: the busiest of each, one line a device.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The machine's devices.
struct DevicePanel {
  private let history: History

  init(_ context: DashboardContext) { history = context.history }

  /// Draws at most `limit` devices of a kind.
  func draw(into frame: inout Frame, limit: Int) {
    frame.addHeading("Disk and network")
    for device in busiest("node_disk_io_time_seconds_total", limit) { drawDisk(device, &frame) }
    for mount in fullest(limit) { drawFilesystem(mount, &frame) }
    for device in busiest("node_network_receive_bytes_total", limit) { drawNetwork(device, &frame) }
  }

  /// The devices of a series, those with the highest rate; in the order of their names. One that never carried anything
  /// is of no interest.
  private func busiest(_ name: String, _ limit: Int) -> [String] {
    let rates = history.series(name).filter { ($0.latest ?? 0) > 0 }.map { one in
      (one.labels["device"] ?? "", one.rate(seconds: Limits.dashboardRateSeconds) ?? 0)
    }
    return rates.sorted { ($0.1, $1.0) > ($1.1, $0.0) }.prefix(limit).map(\.0).sorted()
  }

  private func rate(_ name: String, _ device: String) -> Double? {
    history.series(name, [("device", device)]).first?.rate(seconds: Limits.dashboardRateSeconds)
  }

  private func drawDisk(_ device: String, _ frame: inout Frame) {
    let busy = rate("node_disk_io_time_seconds_total", device)
    var row = FieldRow(Gauges.row(device, busy, frame.width), width: frame.width)
    for (label, kind) in [("r", "read"), ("w", "written")] {
      row.add(label, Units.byteRate(rate("node_disk_\(kind)_bytes_total", device)), width: 10)
    }
    let operations = sum(
      rate("node_disk_reads_completed_total", device), rate("node_disk_writes_completed_total", device))
    row.add("ops", Units.rate(operations), width: 6)
    let waited = sum(
      rate("node_disk_read_time_seconds_total", device), rate("node_disk_write_time_seconds_total", device))
    let wait = (operations ?? 0) > 0 ? waited.map { $0 / (operations ?? 1) } : nil
    row.add("wait", Units.seconds(wait), width: 7, (wait ?? 0) >= 0.02 ? .warn : .plain)
    frame.add(row)
  }

  private func sum(_ one: Double?, _ other: Double?) -> Double? {
    guard let one, let other else { return one ?? other }
    return one + other
  }

  private func drawNetwork(_ device: String, _ frame: inout Frame) {
    var head = Row()
    head.add("  ")
    head.add(device, width: 9, .label)
    var row = FieldRow(head, width: frame.width)
    for (label, way) in [("in", "receive"), ("out", "transmit")] {
      let bytes = rate("node_network_\(way)_bytes_total", device)
      row.add(label, Units.byteRate(bytes), width: 10)
    }
    for (label, kind, width) in [("pkts", "packets", 7), ("errs", "errs", 4), ("drops", "drop", 4)] {
      let both = sum(
        rate("node_network_receive_\(kind)_total", device), rate("node_network_transmit_\(kind)_total", device))
      let isNews = kind != "packets" && (both ?? 0) > 0
      row.add(label, Units.rate(both), width: width, isNews ? .warn : .plain)
    }
    frame.add(row)
  }

  private struct Filesystem {
    let point: String
    let size: Double
    let available: Double
    let used: Double
  }

  /// The fullest file systems. One device mounted at several points, as containers have it, shows once, at its shortest.
  private func fullest(_ limit: Int) -> [Filesystem] {
    var byDevice: [String: Filesystem] = [:]
    for one in history.series("node_filesystem_size_bytes") {
      guard let size = one.latest, size > 0, let point = one.labels["mountpoint"] else { continue }
      let place = [(name: "mountpoint", value: point)]
      guard let free = history.series("node_filesystem_free_bytes", place).first?.latest,
        let available = history.series("node_filesystem_avail_bytes", place).first?.latest
      else { continue }
      let device = "\(one.labels["device"] ?? "") \(Int(clamping: Int64(size)))"
      if let known = byDevice[device], known.point.utf8.count <= point.utf8.count { continue }
      // As df(1) has it: of what users may fill.
      let used = size - free + available > 0 ? (size - free) / (size - free + available) : 1
      byDevice[device] = Filesystem(point: point, size: size, available: available, used: used)
    }
    return byDevice.values.sorted { ($0.used, $1.point) > ($1.used, $0.point) }.prefix(limit).sorted {
      $0.point < $1.point
    }
  }

  private func drawFilesystem(_ mount: Filesystem, _ frame: inout Frame) {
    var row = Gauges.row(mount.point, mount.used, frame.width)
    row.add("  " + Units.bytes(mount.available), .value)
    row.add(" available of " + Units.bytes(mount.size), .dim)
    // The label has room for nine columns.
    if DisplayText.width(mount.point) > 9, frame.width - row.width > 9 { row.add("  " + mount.point, .dim) }
    frame.add(row)
  }
}
