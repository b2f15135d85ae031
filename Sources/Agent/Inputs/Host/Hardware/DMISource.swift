// Who made this machine, from /sys/class/dmi/id: what the firmware says of itself. Serial numbers may be read by root
// only and are absent for others. See the kernel's Documentation/ABI/testing/sysfs-firmware-dmi-entries.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_dmi_info`.
struct DMISource: HelperSource {
  let name = "dmi"
  let interval = Limits.rareSourceSeconds
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/dmi/id" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let info = MetricFamily(
    "node_dmi_info", .gauge, help: "What the firmware says of the machine; always 1.")
  /// The files, which are the labels too but for the last one.
  private static let files = [
    "bios_date", "bios_release", "bios_vendor", "bios_version", "board_asset_tag", "board_name", "board_serial",
    "board_vendor", "board_version", "chassis_asset_tag", "chassis_serial", "chassis_vendor", "chassis_version",
    "product_family", "product_name", "product_serial", "product_sku", "product_uuid", "product_version", "sys_vendor",
  ]

  func read(_ reader: inout HelperReader) {
    var labels: [(name: String, value: String)] = []
    for file in DMISource.files {
      guard let value = reader.text("\(root)/\(file)") else { continue }
      labels.append((file == "sys_vendor" ? "system_vendor" : file, value))
    }
    if !labels.isEmpty { reader.add(DMISource.info, LabelSet(writingEmpty: labels), .integer(1)) }
  }
}
