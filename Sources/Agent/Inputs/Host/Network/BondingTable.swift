// Bonds of network devices: their names in /sys/class/net/bonding_masters, their members' state in files of the members.
// See the kernel's Documentation/networking/bonding.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_bonding_slaves`, `node_bonding_active`.
struct BondingTable: TableSource {
  let name = "bonding"
  let path: String?
  private let folder: String

  init(paths: KernelPaths) {
    folder = paths.sys + "/class/net"
    path = folder + "/bonding_masters"
  }

  var shapes: [TableShape] {
    [
      TableShape(
        labels: ["master"],
        families: [
          MetricFamily("node_bonding_slaves", .gauge, help: "Network devices that are configured into a bond."),
          MetricFamily("node_bonding_active", .gauge, help: "Network devices of a bond whose link is up."),
        ])
    ]
  }

  func read() -> TableReading {
    var rows: [TableRow] = []
    for master in words(folder + "/bonding_masters") {
      let members = words("\(folder)/\(master)/bonding/slaves")
      let active = members.filter { state(of: $0, in: "\(folder)/\(master)") == "up" }
      rows.append(
        TableRow(keys: [master], values: [.integer(Int64(members.count)), .integer(Int64(active.count))]))
    }
    return TableReading([rows])
  }

  /// A member's link; kernels before 3.9 call its folder otherwise.
  private func state(of member: String, in bond: String) -> String? {
    SysfsFile.text("\(bond)/lower_\(member)/bonding_slave/mii_status")
      ?? SysfsFile.text("\(bond)/slave_\(member)/bonding_slave/mii_status")
  }

  private func words(_ path: String) -> [String] {
    (SysfsFile.text(path) ?? "").split(separator: " ").map { String($0) }
  }
}
