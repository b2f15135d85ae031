// What a sensor's file is served as: node_exporter's name for each type and property, with its unit. Volts, amperes,
// degrees and times are in thousandths, watts and joules in millionths; see the kernel's
// Documentation/hwmon/sysfs-interface.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The metric of one property of one type of sensor.
struct SensorMetric {
  let family: MetricFamily
  private let divisor: Double

  /// `hasValue` says whether the sensor has a file without a property too, whose name the input's must not take.
  init?(_ type: String, _ property: String, hasValue: Bool) {
    switch type {
    case "beep_enable": self.init("node_hwmon_beep_enabled", "Whether the chip may beep.")
    case "vrm": self.init("node_hwmon_voltage_regulator_version", "Version of the voltage regulator's specification.")
    case "update_interval":
      self.init("node_hwmon_update_interval_seconds", "How often the chip measures.", dividedBy: 1_000)
    default:
      var name = "node_hwmon_" + type
      if property != "input" || hasValue {
        name += property.isEmpty ? "" : "_" + MetricNameText.cleaned(property)
      }
      self.init(name, type, property)
    }
  }

  private init(_ name: String, _ type: String, _ property: String) {
    let help = "\(type) \(property.isEmpty ? "value" : property) of a sensor."
    switch (type, property) {
    case (_, "fault"), (_, "alarm"): self.init(name, help)
    case (_, "beep"): self.init(name + "_enabled", help)
    case ("in", _), ("cpu", _): self.init(name + "_volts", help, dividedBy: 1_000)
    case ("temp", "type"): self.init(name, help)
    case ("temp", _): self.init(name + "_celsius", help, dividedBy: 1_000)
    case ("curr", _): self.init(name + "_amps", help, dividedBy: 1_000)
    case ("energy", _): self.init(name + "_joule_total", help, dividedBy: 1e6, .counter)
    case ("power", "accuracy"), ("humidity", _): self.init(name, help, dividedBy: 1e6)
    case ("power", "average_interval"), ("power", "average_interval_min"), ("power", "average_interval_max"):
      self.init(name + "_seconds", help, dividedBy: 1_000)
    case ("power", _): self.init(name + "_watt", help, dividedBy: 1e6)
    case ("fan", "input"), ("fan", "min"), ("fan", "max"), ("fan", "target"): self.init(name + "_rpm", help)
    case ("freq", "input"): self.init(name + "_freq_mhz", help, dividedBy: 1e6)
    default: self.init(name, help)
    }
  }

  private init(_ name: String, _ help: String, dividedBy divisor: Double = 1, _ type: MetricType = .gauge) {
    family = MetricFamily(name, type, help: help)
    self.divisor = divisor
  }

  /// A file's number in the metric's unit.
  func value(_ number: Double) -> MetricValue { .double(number / divisor) }
}
