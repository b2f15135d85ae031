// Whether SELinux is on, what it does now, and what it is configured to do at the next boot: 1 enforces, 0 only tells,
// -1 is off. See selinux(8) and the kernel's /sys/fs/selinux.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_selinux_*`.
struct SELinuxSource: HelperSource {
  let name = "selinux"
  let paths: KernelPaths

  private static let enabled = MetricFamily("node_selinux_enabled", .gauge, help: "Whether SELinux is on.")
  private static let current = MetricFamily(
    "node_selinux_current_mode", .gauge, help: "What SELinux does: 1 enforces, 0 only tells.")
  private static let configured = MetricFamily(
    "node_selinux_config_mode", .gauge, help: "What SELinux is configured to do: 1 enforce, 0 only tell, -1 nothing.")

  func read(_ reader: inout HelperReader) {
    guard let mode = reader.number(paths.sys + "/fs/selinux/enforce") else {
      return reader.add(SELinuxSource.enabled, .empty, .integer(0))
    }
    reader.add(SELinuxSource.enabled, .empty, .integer(1))
    reader.add(SELinuxSource.current, .empty, mode)
    guard let bytes = reader.bytes(paths.root + "/etc/selinux/config") else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("SELINUX=") {
      let modes: [String: Int64] = ["enforcing": 1, "permissive": 0, "disabled": -1]
      let word = line.dropFirst(8).split(separator: " ").first.map { $0.lowercased() } ?? ""
      if let mode = modes[word] { return reader.add(SELinuxSource.configured, .empty, .integer(mode)) }
    }
  }
}
