// Which cores are online, which the scheduler leaves alone, and how often heat has slowed them down, from
// /sys/devices/system/cpu. See the kernel's Documentation/ABI/testing/sysfs-devices-system-cpu.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_cpu_online`, `node_cpu_isolated`, `node_cpu_core_throttles_total`, `node_cpu_package_throttles_total`.
struct CPUStateSource: HelperSource {
  let name = "cpustate"
  let paths: KernelPaths
  private var root: String { paths.sys + "/devices/system/cpu" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let isolated = MetricFamily(
    "node_cpu_isolated", .gauge, help: "Cores that the scheduler leaves alone; always 1.")
  private static let online = MetricFamily("node_cpu_online", .gauge, help: "Whether a core is online.")
  private static let coreThrottles = MetricFamily(
    "node_cpu_core_throttles_total", .counter, help: "How often heat has slowed a core down.")
  private static let packageThrottles = MetricFamily(
    "node_cpu_package_throttles_total", .counter, help: "How often heat has slowed a package down.")

  func read(_ reader: inout HelperReader) {
    let cores = reader.numbered("cpu", in: root)
    for core in CPUStateSource.list(reader.text(root + "/isolated") ?? "") {
      reader.add(CPUStateSource.isolated, LabelSet([("cpu", String(core))]), .integer(1))
    }
    addThrottles(cores.map(\.name), &reader)
    // A machine whose first core cannot be taken out says of none whether it is online.
    guard reader.text("\(root)/cpu0/online") != nil else { return }
    for (name, number) in cores {
      let value = reader.text("\(root)/\(name)/online") == "1" ? 1 : 0
      reader.add(CPUStateSource.online, LabelSet([("cpu", number)]), .integer(Int64(value)))
    }
  }

  /// Threads of one core share its figure, cores of one package theirs: the first that has it gives it.
  private func addThrottles(_ cores: [String], _ reader: inout HelperReader) {
    var done: Set<[String]> = []
    for core in cores {
      let heat = "\(root)/\(core)/thermal_throttle"
      guard let package = reader.words("\(root)/\(core)/topology/physical_package_id"),
        let number = reader.words("\(root)/\(core)/topology/core_id")
      else { continue }
      if !done.contains([package, number]), let count = reader.number(heat + "/core_throttle_count") {
        done.insert([package, number])
        reader.add(CPUStateSource.coreThrottles, LabelSet([("package", package), ("core", number)]), count)
      }
      if !done.contains([package]), let count = reader.number(heat + "/package_throttle_count") {
        done.insert([package])
        reader.add(CPUStateSource.packageThrottles, LabelSet([("package", package)]), count)
      }
    }
  }

  /// The numbers of a list such as `2,4-7`; nothing when it is none. See cpuset(7), "List format".
  static func list(_ text: String) -> [UInt16] {
    var numbers: [UInt16] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = piece.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count < 3, first <= last else { return [] }
      numbers += first...last
    }
    return numbers
  }
}
