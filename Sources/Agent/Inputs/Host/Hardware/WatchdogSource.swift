// Watchdog devices, from /sys/class/watchdog. See the kernel's Documentation/ABI/testing/sysfs-class-watchdog.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_watchdog_*`.
struct WatchdogSource: HelperSource {
  let name = "watchdog"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/watchdog" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let values = [
    DeviceAttribute(
      "bootstatus", "node_watchdog_bootstatus", help: "Why the machine started, as bits of the watchdog's."),
    DeviceAttribute("fw_version", "node_watchdog_fw_version", help: "Version of the watchdog's firmware."),
    DeviceAttribute(
      "nowayout", "node_watchdog_nowayout", help: "Whether the watchdog, once started, cannot be stopped."),
    DeviceAttribute(
      "timeleft", "node_watchdog_timeleft_seconds", help: "Time until the watchdog restarts the machine."),
    DeviceAttribute(
      "timeout", "node_watchdog_timeout_seconds", help: "Time that the watchdog gives from one sign to the next."),
    DeviceAttribute(
      "pretimeout", "node_watchdog_pretimeout_seconds", help: "How long before the restart the watchdog warns."),
    DeviceAttribute(
      "access_cs0", "node_watchdog_access_cs0", help: "Whether the watchdog started from the second chip."),
  ]
  private static let info = MetricFamily("node_watchdog_info", .gauge, help: "Kind and state of a watchdog; always 1.")

  func read(_ reader: inout HelperReader) {
    for name in reader.names(root) {
      let folder = "\(root)/\(name)"
      reader.add(WatchdogSource.values, in: folder, LabelSet([("name", name)]))
      let labels = ["options", "identity", "state", "status", "pretimeout_governor"].map { file in
        (name: file, value: reader.text("\(folder)/\(file)") ?? "")
      }
      reader.add(WatchdogSource.info, LabelSet(writingEmpty: [(name: "name", value: name)] + labels), .integer(1))
    }
  }
}
