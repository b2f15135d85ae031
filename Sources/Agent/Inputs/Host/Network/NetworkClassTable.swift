// What network devices are, from /sys/class/net/DEVICE: one file for each property. Drivers answer some of them by asking
// their hardware (`speed`, `duplex`) and refuse those that mean nothing in the device's present state; such a property is
// absent. See the kernel's Documentation/ABI/testing/sysfs-class-net. Packets without a handler come from here too:
// /proc/net/dev does not have them.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_network_info`, `node_network_up`, `node_network_mtu_bytes` and their like.
struct NetworkClassTable: TableSource {
  let name = "netclass"
  let path: String?
  private let folder: String
  private let filter: NameFilter

  init(paths: KernelPaths, devices: NameFilter = .standard) {
    folder = paths.sys + "/class/net"
    path = folder
    filter = devices
  }

  private struct Property {
    let file: String
    let family: MetricFamily

    init(_ file: String, _ name: String, _ type: MetricType = .gauge) {
      self.file = file
      family = MetricFamily("node_network_\(name)", type, help: "Network device property: \(name)")
    }
  }

  private static let up = MetricFamily(
    "node_network_up", .gauge, help: "Whether the network device's operational state is up: 1, else 0.")
  private static let info = MetricFamily(
    "node_network_info", .gauge, help: "Properties of a network device that are text, from /sys/class/net; always 1.")
  private static let noHandler = MetricFamily(
    "node_network_receive_nohandler_total", .counter, help: "Network device statistic receive_nohandler.")

  private static let properties = [
    Property("addr_assign_type", "address_assign_type"), Property("carrier", "carrier"),
    Property("carrier_changes", "carrier_changes_total", .counter),
    Property("carrier_up_count", "carrier_up_changes_total", .counter),
    Property("carrier_down_count", "carrier_down_changes_total", .counter), Property("dev_id", "device_id"),
    Property("dormant", "dormant"), Property("flags", "flags"), Property("ifindex", "iface_id"),
    Property("iflink", "iface_link"), Property("link_mode", "iface_link_mode"), Property("mtu", "mtu_bytes"),
    Property("name_assign_type", "name_assign_type"), Property("netdev_group", "net_dev_group"),
    Property("speed", "speed_bytes"), Property("tx_queue_len", "transmit_queue_length"),
    Property("type", "protocol_type"),
  ]
  private static let flags = 7
  private static let speed = 14

  var shapes: [TableShape] {
    [
      TableShape(
        labels: ["device"],
        families: [NetworkClassTable.up] + NetworkClassTable.properties.map(\.family) + [NetworkClassTable.noHandler]),
      TableShape(
        labels: ["device", "address", "broadcast", "duplex", "operstate", "ifalias", "adminstate"],
        families: [NetworkClassTable.info]),
    ]
  }

  func read() -> TableReading {
    let devices: [String]
    do {
      devices = try Directory.names(folder)
    } catch {
      return TableReading([], fault: error)
    }
    var numbers: [TableRow] = []
    var texts: [TableRow] = []
    for device in devices where filter.takes(device) {
      let base = "\(folder)/\(device)/"
      let values = NetworkClassTable.properties.map { SysfsFile.integer(base + $0.file) }
      let text = ["address", "broadcast", "duplex", "operstate", "ifalias"].map { SysfsFile.text(base + $0) ?? "" }
      // A device that went away meanwhile has nothing.
      if text[3].isEmpty && values.allSatisfy({ $0 == nil }) { continue }
      let noHandler = SysfsFile.unsigned(base + "statistics/rx_nohandler")
      let row =
        [.integer(text[3] == "up" ? 1 : 0)] + NetworkClassTable.samples(values) + [noHandler.map { .unsigned($0) }]
      numbers.append(TableRow(keys: [device], values: row))
      // IFF_UP is the lowest bit.
      let admin = values[NetworkClassTable.flags].map { $0 & 1 == 1 ? "up" : "down" } ?? "unknown"
      texts.append(TableRow(keys: [device] + text + [admin], values: [.integer(1)]))
    }
    return TableReading([numbers, texts])
  }

  /// The values as they are served: the speed's file is in megabits a second, -1 for a driver that does not know.
  private static func samples(_ values: [Int64?]) -> [MetricValue?] {
    values.enumerated().map { column, value in
      guard let value else { return nil }
      if column != speed { return .integer(value) }
      let (bits, overflow) = value.multipliedReportingOverflow(by: 1_000_000)
      return overflow ? nil : .integer(bits / 8)
    }
  }
}
