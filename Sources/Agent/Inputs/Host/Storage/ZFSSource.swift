// What ZFS tells of its caches and pools, from /proc/spl/kstat/zfs. Tables of two kinds: one figure a line,
//
//     name                            type data
//     hits                            4    8772612
//
// of type 4 (unsigned) or 3 (signed), and a pool's `io`, a line of names over a line of figures. See kstat(3KSTAT).
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_zfs_*`.
struct ZFSSource: HelperSource {
  let name = "zfs"
  let paths: KernelPaths
  private var root: String { paths.proc + "/spl/kstat/zfs" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  /// Files, and what stands before their figures' names.
  private static let files = [
    ("abdstats", "abd"), ("arcstats", "arc"), ("dbufstats", "dbuf"), ("dmu_tx", "dmu_tx"), ("dnodestats", "dnode"),
    ("fm", "fm"), ("vdev_cache_stats", "vdev_cache"), ("vdev_mirror_stats", "vdev_mirror"), ("xuio_stats", "xuio"),
    ("zfetchstats", "zfetch"), ("zil", "zil"),
  ]
  private static let state = MetricFamily("node_zfs_zpool_state", .gauge, help: "Which state a pool is in.")
  private static let states = ["online", "degraded", "faulted", "offline", "removed", "unavail", "suspended"]

  func read(_ reader: inout HelperReader) {
    for (file, name) in ZFSSource.files {
      guard let text = reader.text("\(root)/\(file)") else { continue }
      for row in ZFSSource.rows(text, &reader.report.malformed) {
        add("zfs_\(name)", row.name, .empty, row.value, &reader)
      }
    }
    for pool in reader.names(root) {
      let folder = "\(root)/\(pool)"
      let labels = LabelSet([("zpool", pool)])
      if let text = reader.text(folder + "/io") { addIO(text, labels, &reader) }
      for file in reader.names(folder) where file.hasPrefix("objset-") {
        guard let text = reader.text("\(folder)/\(file)") else { continue }
        addDataset(text, labels, &reader)
      }
      guard let state = reader.words(folder + "/state")?.lowercased() else { continue }
      for known in ZFSSource.states {
        reader.add(ZFSSource.state, labels.adding([("state", known)]), .integer(known == state ? 1 : 0))
      }
    }
  }

  private func addDataset(_ text: String, _ labels: LabelSet, _ reader: inout HelperReader) {
    var dataset: String?
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 2)
      // A dataset's name may have blanks in it.
      if fields.first == "dataset_name", fields.count == 3 { dataset = String(fields[2].drop { $0 == " " }) }
    }
    guard let dataset else { return reader.report.malformed &+= 1 }
    let labels = labels.adding([("dataset", dataset)])
    for row in ZFSSource.rows(text, &reader.report.malformed) {
      add("zfs_zpool_dataset", row.name, labels, row.value, &reader)
    }
  }

  private func addIO(_ text: String, _ labels: LabelSet, _ reader: inout HelperReader) {
    let lines = text.split(separator: "\n").drop { !$0.hasPrefix("nread") }
    guard let names = lines.first?.split(separator: " "), let values = lines.dropFirst().first?.split(separator: " "),
      names.count == values.count
    else { return reader.report.malformed &+= 1 }
    for (name, value) in zip(names, values) {
      guard let value = UInt64(value) else {
        reader.report.malformed &+= 1
        continue
      }
      add("zfs_zpool", String(name), labels, .unsigned(value), &reader)
    }
  }

  private func add(
    _ group: String, _ name: String, _ labels: LabelSet, _ value: MetricValue, _ reader: inout HelperReader
  ) {
    let name = String(name.map { $0 == "-" ? "_" : $0 })
    guard name.utf8.allSatisfy(ZFSSource.isNameByte) else { return reader.report.malformed &+= 1 }
    let family = MetricFamily("node_\(group)_\(name)", .unknown, help: "ZFS statistic \(name) of \(group).")
    reader.add(family, labels, value)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The figures below the line `name type data`; other types than numbers of 64 bits are left out.
  static func rows(_ text: String, _ malformed: inout UInt64) -> [(name: String, value: MetricValue)] {
    var rows: [(name: String, value: MetricValue)] = []
    var hasBegun = false
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if !hasBegun {
        hasBegun = fields == ["name", "type", "data"]
        continue
      }
      guard fields.count >= 3, fields[1] == "4" || fields[1] == "3" else { continue }
      if let value = HelperReader.number(fields[2]), fields[1] == "3" || value.asDouble >= 0 {
        rows.append((String(fields[0]), value))
      } else {
        malformed &+= 1
      }
    }
    if !hasBegun { malformed &+= 1 }
    return rows
  }
}
