// Energy by zone of the processor, from /sys/class/powercap, in microjoules: counters that begin anew at
// max_energy_range_uj. The kernel lets root only read them. See its Documentation/power/powercap/powercap.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_rapl_*_joules_total`.
struct RAPLSource: HelperSource {
  let name = "rapl"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/powercap" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  func read(_ reader: inout HelperReader) {
    // Zones of one name without a number in it are numbered as they come.
    var next: [String: Int] = [:]
    for entry in reader.names(root) {
      let folder = "\(root)/\(entry)"
      guard let text = reader.words(folder + "/name"), reader.words(folder + "/max_energy_range_uj") != nil else {
        continue
      }
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      let number = parts.count == 2 ? parts.last.flatMap { Int($0) } : nil
      let zone = number == nil ? text : String(parts[0])
      let index = number ?? next[zone] ?? 0
      next[zone] = index &+ 1
      guard let energy = reader.number(folder + "/energy_uj") else { continue }
      let family = MetricFamily(
        "node_rapl_\(MetricNameText.joined(zone))_joules_total", .counter, help: "Energy that \(zone) has used.")
      let labels = LabelSet([("index", String(index)), ("path", folder)])
      reader.add(family, labels, .double(energy.asDouble / 1e6))
    }
  }
}
