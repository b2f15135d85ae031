// A table's row: a file of a device and the metric that it is.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One value file of a kind of device.
struct DeviceAttribute: Sendable {
  /// The file, from the device's directory.
  let file: String
  /// What it is served as.
  let family: MetricFamily
  /// What one of the file's units is in the metric's; nil for the same.
  let scale: Double?

  init(_ file: String, _ name: String, _ type: MetricType = .gauge, scale: Double? = nil, help: String) {
    self.file = file
    self.scale = scale
    family = MetricFamily(name, type, help: help)
  }

  /// A value of the file in the metric's unit.
  func scaled(_ value: MetricValue) -> MetricValue {
    guard let scale else { return value }
    // Dividing gives the nearest number to what a person would write; multiplying by 0.001 does not.
    return .double(scale < 1 ? value.asDouble / (1 / scale).rounded() : value.asDouble * scale)
  }
}
