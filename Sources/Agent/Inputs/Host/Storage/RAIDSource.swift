// Software RAID, from /proc/mdstat and /sys/block/mdN/md:
//
//     md1 : active raid1 sdb2[1] sda2[0](F)
//           293055488 blocks super 1.2 [2/1] [_U]
//           [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec
//
// An array's line, then indented ones about it: blocks, disks wanted and in use, and what it is at. See md(4) and the
// kernel's Documentation/admin-guide/md.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_md_*`.
struct RAIDSource: HelperSource {
  let name = "mdadm"
  let paths: KernelPaths
  var places: [String] { [paths.proc + "/mdstat"] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let required = family("disks_required", "Disks that an array wants.")
  private static let disks = family("disks", "Disks of an array by state.")
  private static let state = family("state", "What an array is at.")
  private static let blocks = family("blocks", "Blocks of an array, of 1,024 bytes.")
  private static let synced = family("blocks_synced", "Blocks of an array that are in step.")
  private static let raidDisks = family("raid_disks", "Disks of an array that is whole.")
  private static let degraded = family("degraded", "Disks that an array lacks.")
  /// The states of node_exporter, and the words of the file for them.
  private static let states = [
    ("active", "active"), ("inactive", "inactive"), ("recovering", "recovery"), ("resync", "resync"),
    ("check", "check"),
  ]

  private static func family(_ name: String, _ help: String) -> MetricFamily {
    MetricFamily("node_md_" + name, .gauge, help: help)
  }

  func read(_ reader: inout HelperReader) {
    for array in RAIDArray.parse(reader.text(paths.proc + "/mdstat") ?? "", &reader.report.malformed) {
      add(array, &reader)
    }
    let root = paths.sys + "/block"
    for name in reader.names(root) where name.hasPrefix("md") {
      let labels = LabelSet([("device", name)])
      // While an array is reshaped: `11 (10)`.
      guard let text = reader.words("\(root)/\(name)/md/raid_disks")?.split(separator: " ").first else { continue }
      guard let disks = HelperReader.number(text) else {
        reader.report.malformed &+= 1
        continue
      }
      reader.add(RAIDSource.raidDisks, labels, disks)
      // An array without redundancy has no such file, and nothing that it could lack.
      reader.add(RAIDSource.degraded, labels, reader.number("\(root)/\(name)/md/degraded") ?? .integer(0))
    }
  }

  private func add(_ array: RAIDArray, _ reader: inout HelperReader) {
    let labels = LabelSet([("device", array.name)])
    reader.add(RAIDSource.required, labels, .unsigned(array.wanted))
    for (state, count) in [("active", array.active), ("failed", array.failed), ("spare", array.spare)] {
      reader.add(RAIDSource.disks, labels.adding([("state", state)]), .unsigned(count))
    }
    for (state, word) in RAIDSource.states {
      reader.add(RAIDSource.state, labels.adding([("state", state)]), .integer(array.state == word ? 1 : 0))
    }
    reader.add(RAIDSource.blocks, labels, .unsigned(array.blocks))
    reader.add(RAIDSource.synced, labels, .unsigned(array.synced))
  }
}
