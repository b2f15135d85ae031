// Batteries and chargers, from /sys/class/power_supply: currents, voltages, charges, energies and powers in millionths,
// temperatures in tenths of a degree. See the kernel's Documentation/ABI/testing/sysfs-class-power.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_power_supply_*`.
struct PowerSupplySource: HelperSource {
  let name = "powersupplyclass"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/power_supply" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let plain = attributes(
    nil,
    [
      ("authentic", ""), ("calibrate", ""), ("capacity", ""), ("capacity_alert_max", ""), ("capacity_alert_min", ""),
      ("cycle_count", "cyclecount"), ("online", ""), ("present", ""), ("time_to_empty_now", "time_to_empty_seconds"),
      ("time_to_full_now", "time_to_full_seconds"),
    ])
  private static let millionths = attributes(
    1e-6,
    [
      ("current_boot", ""), ("current_max", ""), ("current_now", "current_ampere"), ("energy_empty", ""),
      ("energy_empty_design", ""), ("energy_full", ""), ("energy_full_design", ""), ("energy_now", "energy_watthour"),
      ("voltage_boot", ""), ("voltage_max", ""), ("voltage_max_design", ""), ("voltage_min", ""),
      ("voltage_min_design", ""), ("voltage_now", "voltage_volt"), ("voltage_ocv", ""), ("charge_control_limit", ""),
      ("charge_control_limit_max", ""), ("charge_counter", ""), ("charge_empty", ""), ("charge_empty_design", ""),
      ("charge_full", ""), ("charge_full_design", ""), ("charge_now", "charge_ampere"), ("charge_term_current", ""),
      ("constant_charge_current", ""), ("constant_charge_current_max", ""), ("constant_charge_voltage", ""),
      ("constant_charge_voltage_max", ""), ("precharge_current", ""), ("input_current_limit", ""),
      ("power_now", "power_watt"),
    ])
  private static let tenths = attributes(
    0.1,
    [
      ("temp", "temp_celsius"), ("temp_alert_max", "temp_alert_max_celsius"),
      ("temp_alert_min", "temp_alert_min_celsius"),
      ("temp_ambient", "temp_ambient_celsius"), ("temp_ambient_max", "temp_ambient_max_celsius"),
      ("temp_ambient_min", "temp_ambient_min_celsius"), ("temp_max", "temp_max_celsius"),
      ("temp_min", "temp_min_celsius"),
    ])
  private static let info = MetricFamily(
    "node_power_supply_info", .gauge, help: "Kind and state of a supply; always 1.")
  private static let texts = [
    "capacity_level", "charge_type", "health", "manufacturer", "model_name", "serial_number", "status", "technology",
    "type", "usb_type", "scope",
  ]

  /// Files and the names that they are served as, where those differ.
  private static func attributes(_ scale: Double?, _ files: [(file: String, name: String)]) -> [DeviceAttribute] {
    files.map { file, name in
      let name = name.isEmpty ? file : name
      return DeviceAttribute(
        file, "node_power_supply_" + name, scale: scale, help: "A power supply's \(file), in base units.")
    }
  }

  func read(_ reader: inout HelperReader) {
    for name in reader.names(root) {
      let folder = "\(root)/\(name)"
      let labels = LabelSet([("power_supply", name)])
      for attributes in [PowerSupplySource.plain, PowerSupplySource.millionths, PowerSupplySource.tenths] {
        reader.add(attributes, in: folder, labels)
      }
      let texts = PowerSupplySource.texts.map { (name: $0, value: reader.text("\(folder)/\($0)") ?? "") }
      reader.add(PowerSupplySource.info, labels.adding(texts), .integer(1))
    }
  }
}
