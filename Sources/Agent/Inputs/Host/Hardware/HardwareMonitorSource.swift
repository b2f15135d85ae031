// Sensors, from /sys/class/hwmon: each chip a directory, each sensor some files of the form TYPE NUMBER _ PROPERTY
// (`temp1_input`, `fan2_min`), in the chip's directory or in its device's. A chip is named after its device, which is the
// same after the next boot, as hwmon3 is not. See the kernel's Documentation/hwmon/sysfs-interface.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_hwmon_*`.
struct HardwareMonitorSource: HelperSource {
  let name = "hwmon"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/hwmon" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let names = MetricFamily("node_hwmon_chip_names", .gauge, help: "What a chip calls itself; always 1.")
  private static let label = MetricFamily("node_hwmon_sensor_label", .gauge, help: "What a sensor is for; always 1.")

  func read(_ reader: inout HelperReader) {
    for entry in reader.names(root) {
      let folder = "\(root)/\(entry)"
      guard let chip = chip(folder, entry, &reader) else { continue }
      if let own = reader.words(folder + "/name").map(MetricNameText.cleaned), !own.isEmpty {
        reader.add(HardwareMonitorSource.names, LabelSet([("chip", chip), ("chip_name", own)]), .integer(1))
      }
      var sensors = sensors(folder, &reader)
      for (name, sensor) in self.sensors(folder + "/device", &reader) {
        sensors[name, default: Sensor(type: sensor.type)].properties.merge(sensor.properties) { $1 }
      }
      for (name, sensor) in sensors.sorted(by: { $0.key < $1.key }) { add(chip, name, sensor, &reader) }
    }
  }

  /// The name of a chip: its device's, its own, or that of its directory.
  private func chip(_ folder: String, _ entry: String, _ reader: inout HelperReader) -> String? {
    if let device = try? Directory.real(folder + "/device") {
      let parts = device.split(separator: "/").suffix(2).map { MetricNameText.cleaned(String($0)) }
      let named = parts.filter { !$0.isEmpty }.joined(separator: "_")
      if parts.last?.isEmpty == false { return named }
    }
    let own = reader.words(folder + "/name").map(MetricNameText.cleaned) ?? ""
    let name = own.isEmpty ? MetricNameText.cleaned(entry) : own
    return name.isEmpty ? nil : name
  }

  private struct Sensor {
    let type: String
    /// The text of each file by its property.
    var properties: [String: String] = [:]
  }

  /// The sensors of a directory by type and number.
  private func sensors(_ folder: String, _ reader: inout HelperReader) -> [String: Sensor] {
    var sensors: [String: Sensor] = [:]
    for name in reader.names(folder) {
      guard let file = SensorFile(name), let text = reader.text("\(folder)/\(name)") else { continue }
      sensors[file.sensor, default: Sensor(type: file.type)].properties[file.property] = text
    }
    return sensors
  }

  private func add(_ chip: String, _ name: String, _ sensor: Sensor, _ reader: inout HelperReader) {
    let labels = LabelSet([("chip", chip), ("sensor", name)])
    let label = sensor.properties["label"]
    if let label {
      let labels = LabelSet(writingEmpty: [("chip", chip), ("sensor", name), ("label", label)])
      reader.add(HardwareMonitorSource.label, labels, .integer(1))
    }
    for (property, text) in sensor.properties.sorted(by: { $0.key < $1.key }) where property != "label" {
      let hasValue = sensor.properties[""] != nil
      guard let metric = SensorMetric(sensor.type, property, hasValue: hasValue) else { continue }
      guard let value = Double(text), value.isFinite else { continue }
      if sensor.type == "freq", property == "input" {
        guard let label else { continue }
        let own = labels.adding([("sensor", MetricNameText.cleaned(label))])
        reader.add(metric.family, own, metric.value(value))
      } else {
        reader.add(metric.family, labels, metric.value(value))
      }
    }
  }
}
