// Temperatures by zone and the state of what cools them, from /sys/class/thermal, in thousandths of a degree. A zone
// whose sensor does not answer is absent. See the kernel's Documentation/driver-api/thermal/sysfs-api.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_thermal_zone_temp`, `node_cooling_device_*`.
struct ThermalSource: HelperSource {
  let name = "thermal_zone"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/thermal" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let zone = [
    DeviceAttribute("temp", "node_thermal_zone_temp", scale: 0.001, help: "Temperature of a zone in degrees Celsius.")
  ]
  private static let cooling = [
    DeviceAttribute("cur_state", "node_cooling_device_cur_state", help: "How hard a device cools."),
    DeviceAttribute("max_state", "node_cooling_device_max_state", help: "How hard a device can cool."),
  ]

  func read(_ reader: inout HelperReader) {
    for (name, number) in reader.numbered("thermal_zone", in: root) {
      guard let type = reader.text("\(root)/\(name)/type") else { continue }
      let labels = LabelSet(writingEmpty: [("zone", number), ("type", type)])
      reader.add(ThermalSource.zone, in: "\(root)/\(name)", labels)
    }
    for (name, number) in reader.numbered("cooling_device", in: root) {
      guard let type = reader.text("\(root)/\(name)/type") else { continue }
      let labels = LabelSet(writingEmpty: [("name", number), ("type", type)])
      reader.add(ThermalSource.cooling, in: "\(root)/\(name)", labels)
    }
  }
}
