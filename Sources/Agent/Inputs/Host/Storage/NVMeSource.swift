// NVMe controllers and their namespaces, from /sys/class/nvme. Since Linux 6.8 the figure of used blocks is asked from the
// device. `size` is in sectors of 512 bytes whatever a block's size is; node_exporter 1.11 takes it for blocks.
// See the kernel's Documentation/ABI/stable/sysfs-block and the NVM Express specification, "Identify Namespace".
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_nvme_*`.
struct NVMeSource: HelperSource {
  let name = "nvme"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/nvme" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let info = MetricFamily("node_nvme_info", .gauge, help: "Kind and state of a controller; always 1.")
  private static let namespace = MetricFamily(
    "node_nvme_namespace_info", .gauge, help: "How a namespace can be reached; always 1.")
  private static let capacity = family("capacity_bytes", "Bytes that a namespace may have.")
  private static let size = family("size_bytes", "Bytes of a namespace.")
  private static let used = family("used_bytes", "Bytes of a namespace that are in use.")
  private static let block = family("logical_block_size_bytes", "Bytes of a namespace's block.")

  private static func family(_ name: String, _ help: String) -> MetricFamily {
    MetricFamily("node_nvme_namespace_" + name, .gauge, help: help)
  }

  func read(_ reader: inout HelperReader) {
    for device in reader.names(root) {
      let folder = "\(root)/\(device)"
      let labels = [
        ("firmware_revision", "firmware_rev"), ("model", "model"), ("serial", "serial"), ("state", "state"),
        ("cntlid", "cntlid"),
      ].map { label, file in (name: label, value: reader.text("\(folder)/\(file)") ?? "") }
      reader.add(NVMeSource.info, LabelSet(writingEmpty: [(name: "device", value: device)] + labels), .integer(1))
      for (space, number) in reader.numbered(device + "n", in: folder) {
        add("\(folder)/\(space)", LabelSet([("device", device), ("nsid", number)]), &reader)
      }
    }
  }

  private func add(_ folder: String, _ labels: LabelSet, _ reader: inout HelperReader) {
    let state = reader.words(folder + "/ana_state") ?? "unknown"
    reader.add(NVMeSource.namespace, labels.adding([("ana_state", state)]), .integer(1))
    if let sectors = reader.number(folder + "/size") {
      reader.add(NVMeSource.capacity, labels, .double(sectors.asDouble * 512))
      reader.add(NVMeSource.size, labels, .double(sectors.asDouble * 512))
    }
    guard let block = reader.number(folder + "/queue/logical_block_size") else { return }
    if let used = reader.number(folder + "/nuse") {
      reader.add(NVMeSource.used, labels, .double(used.asDouble * block.asDouble))
    }
    reader.add(NVMeSource.block, labels, block)
  }
}
