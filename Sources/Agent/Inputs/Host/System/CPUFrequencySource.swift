// Within which bounds the cores' frequencies move, and who decides, from /sys/devices/system/cpu/cpuN/cpufreq. The
// present frequencies (scaling_cur_freq, cpuinfo_cur_freq) are left out: to read them the kernel asks each core and
// may sleep 10 or 20 ms for it. See the kernel's Documentation/admin-guide/pm/cpufreq.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_cpu_frequency_*_hertz`, `node_cpu_scaling_*`.
struct CPUFrequencySource: HelperSource {
  let name = "cpufreq"
  let paths: KernelPaths
  private var root: String { paths.sys + "/devices/system/cpu" }
  var places: [String] { [root + "/cpufreq", root + "/cpu0/cpufreq"] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let bounds = [
    DeviceAttribute(
      "cpuinfo_min_freq", "node_cpu_frequency_min_hertz", scale: 1_000, help: "Lowest frequency that a core can have."),
    DeviceAttribute(
      "cpuinfo_max_freq", "node_cpu_frequency_max_hertz", scale: 1_000, help: "Highest frequency that a core can have."),
    DeviceAttribute(
      "scaling_min_freq", "node_cpu_scaling_frequency_min_hertz", scale: 1_000,
      help: "Lowest frequency that a core may have now."),
    DeviceAttribute(
      "scaling_max_freq", "node_cpu_scaling_frequency_max_hertz", scale: 1_000,
      help: "Highest frequency that a core may have now."),
  ]
  private static let governor = MetricFamily(
    "node_cpu_scaling_governor", .gauge, help: "Whether a governor decides on the core's frequency.")

  func read(_ reader: inout HelperReader) {
    for (name, number) in reader.numbered("cpu", in: root) {
      let folder = "\(root)/\(name)/cpufreq"
      reader.add(CPUFrequencySource.bounds, in: folder, LabelSet([("cpu", number)]))
      guard let current = reader.words(folder + "/scaling_governor") else { continue }
      let all = reader.text(folder + "/scaling_available_governors") ?? ""
      for governor in all.split(separator: " ") {
        let labels = LabelSet([("cpu", number), ("governor", String(governor))])
        reader.add(CPUFrequencySource.governor, labels, .integer(governor == current ? 1 : 0))
      }
    }
  }
}
