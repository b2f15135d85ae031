// Memory errors by controller and row, from /sys/devices/system/edac/mc/mcN. See the kernel's
// Documentation/admin-guide/RAS/main.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_edac_*`.
struct EDACSource: HelperSource {
  let name = "edac"
  let paths: KernelPaths
  private var root: String { paths.sys + "/devices/system/edac/mc" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let controller = [
    DeviceAttribute(
      "ce_count", "node_edac_correctable_errors_total", .counter, help: "Memory errors that a controller has corrected."
    ),
    DeviceAttribute(
      "ue_count", "node_edac_uncorrectable_errors_total", .counter,
      help: "Memory errors that a controller could not correct."),
  ]
  private static let row = rows("ce_count", "ue_count")
  /// Errors of which the controller does not know the row.
  private static let unknownRow = rows("ce_noinfo_count", "ue_noinfo_count")

  private static func rows(_ corrected: String, _ uncorrected: String) -> [DeviceAttribute] {
    [
      DeviceAttribute(
        corrected, "node_edac_csrow_correctable_errors_total", .counter, help: "Corrected memory errors by row."),
      DeviceAttribute(
        uncorrected, "node_edac_csrow_uncorrectable_errors_total", .counter, help: "Uncorrected memory errors by row."),
    ]
  }

  func read(_ reader: inout HelperReader) {
    for (name, number) in reader.numbered("mc", in: root) {
      let folder = "\(root)/\(name)"
      func labels(_ row: String) -> LabelSet { LabelSet([("controller", number), ("csrow", row)]) }
      reader.add(EDACSource.controller, in: folder, LabelSet([("controller", number)]))
      reader.add(EDACSource.unknownRow, in: folder, labels("unknown"))
      for (row, number) in reader.numbered("csrow", in: folder) {
        reader.add(EDACSource.row, in: "\(folder)/\(row)", labels(number))
      }
    }
  }
}
