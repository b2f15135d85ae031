// What XFS has done by file system, from /sys/fs/xfs/DEVICE/stats/stats:
//
//     extent_alloc 4260849 125170297 4618726 131131897
//     rw 28153 6714
//
// A word, then counters of 32 bits, which wrap. See the XFS wiki, "Runtime Stats".
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_xfs_*`.
struct XFSSource: HelperSource {
  let name = "xfs"
  let paths: KernelPaths
  private var root: String { paths.sys + "/fs/xfs" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let btree = ["lookups", "compares", "records_inserted", "records_deleted"]
  /// The names of each line's figures, in its order.
  private static let lines: [String: [MetricFamily]] = [
    "extent_alloc": families(
      "extent_allocation", ["extents_allocated", "blocks_allocated", "extents_freed", "blocks_freed"]),
    "abt": families("allocation_btree", btree),
    "blk_map": families(
      "block_mapping",
      [
        "reads", "writes", "unmaps", "extent_list_insertions", "extent_list_deletions", "extent_list_lookups",
        "extent_list_compares",
      ]),
    "bmbt": families("block_map_btree", btree),
    "dir": families("directory_operation", ["lookup", "create", "remove", "getdents"]),
    "ig": families(
      "inode_operation",
      ["attempts", "found", "recycled", "missed", "duplicates", "reclaims", "attribute_changes"]),
    "rw": [family("write_calls", "write calls"), family("read_calls", "read calls")],
    "vnodes": families("vnode", ["active", "allocate", "get", "hold", "release", "reclaim", "remove"]),
  ]

  private static func families(_ group: String, _ names: [String]) -> [MetricFamily] {
    names.map { name in
      family("\(group)_\(name)", "\(group) \(name)".split(separator: "_").joined(separator: " "))
    }
  }

  private static func family(_ name: String, _ words: String) -> MetricFamily {
    MetricFamily("node_xfs_\(name)_total", .counter, help: "XFS statistic \(words), by file system.")
  }

  func read(_ reader: inout HelperReader) {
    for device in reader.names(root) {
      guard let text = reader.text("\(root)/\(device)/stats/stats") else { continue }
      let labels = LabelSet([("device", device)])
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard let families = fields.first.flatMap({ XFSSource.lines[String($0)] }) else { continue }
        let values = fields.dropFirst().map { UInt64($0) }
        if values.count < families.count || values.contains(nil) {
          reader.report.malformed &+= 1
          continue
        }
        for (family, value) in zip(families, values) {
          if let value { reader.add(family, labels, .unsigned(value)) }
        }
      }
    }
  }
}
