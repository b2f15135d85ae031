// What kind of disks these are, from udev's data of each device and from /sys/class/block. udev keeps what it found out
// in /run/udev/data/bMAJOR:MINOR, a line `E:NAME=VALUE` for each property; see udev(7) and udevadm(8). That is on a disk of
// memory as a rule, and somebody else's file, so it is read on a helper thread.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_disk_info`, `node_disk_filesystem_info`, `node_disk_device_mapper_info`, `node_disk_ata_*`.
struct DiskInfoSource: HelperSource {
  let name = "diskinfo"
  let paths: KernelPaths
  let filter: NameFilter

  private static let info = family("info", "Kind of a disk; always 1.")
  private static let filesystem = family("filesystem_info", "File system on a disk; always 1.")
  private static let mapper = family("device_mapper_info", "What a mapped device is made of; always 1.")
  private static let ata = [
    ("ID_ATA_WRITE_CACHE", family("ata_write_cache", "Whether a disk has a write cache.")),
    ("ID_ATA_WRITE_CACHE_ENABLED", family("ata_write_cache_enabled", "Whether a disk uses its write cache.")),
    ("ID_ATA_ROTATION_RATE_RPM", family("ata_rotation_rate_rpm", "Turns a minute of a disk; 0 for one without.")),
  ]

  private static func family(_ name: String, _ help: String) -> MetricFamily {
    MetricFamily("node_disk_" + name, .gauge, help: help)
  }

  func read(_ reader: inout HelperReader) {
    for line in (reader.text(paths.proc + "/diskstats") ?? "").split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 3).map { String($0) }
      guard fields.count == 4, filter.takes(fields[2], isStandard: !DiskInput.isLeftOut(fields[2])) else { continue }
      add(fields[2], fields[0], fields[1], &reader)
    }
  }

  private func add(_ device: String, _ major: String, _ minor: String, _ reader: inout HelperReader) {
    let udev = properties("\(paths.root)/run/udev/data/b\(major):\(minor)", &reader)
    func value(_ names: String...) -> String { names.lazy.compactMap { udev[$0] }.first { !$0.isEmpty } ?? "" }
    func labels(_ pairs: [(name: String, value: String)]) -> LabelSet {
      LabelSet(writingEmpty: [("device", device)] + pairs)
    }
    // A partition has its disk's queue.
    let folder = "\(paths.sys)/class/block/\(device)"
    let rotational = reader.text(folder + "/queue/rotational") ?? reader.text(folder + "/../queue/rotational") ?? ""
    reader.add(
      DiskInfoSource.info,
      labels([
        ("major", major), ("minor", minor), ("path", value("ID_PATH")), ("wwn", value("ID_WWN")),
        ("model", value("ID_MODEL")), ("serial", value("SCSI_IDENT_SERIAL", "ID_SERIAL_SHORT", "ID_SERIAL")),
        ("revision", value("ID_REVISION")), ("rotational", rotational),
      ]), .integer(1))
    if !value("ID_FS_TYPE").isEmpty {
      let pairs = [
        ("type", value("ID_FS_TYPE")), ("usage", value("ID_FS_USAGE")), ("uuid", value("ID_FS_UUID")),
        ("version", value("ID_FS_VERSION")),
      ]
      reader.add(DiskInfoSource.filesystem, labels(pairs), .integer(1))
    }
    if !value("DM_NAME").isEmpty {
      let pairs = [
        ("name", value("DM_NAME")), ("uuid", value("DM_UUID")), ("vg_name", value("DM_VG_NAME")),
        ("lv_name", value("DM_LV_NAME")), ("lv_layer", value("DM_LV_LAYER")),
      ]
      reader.add(DiskInfoSource.mapper, labels(pairs), .integer(1))
    }
    if value("ID_ATA").isEmpty { return }
    for (property, family) in DiskInfoSource.ata {
      guard let text = udev[property] else { continue }
      guard let number = HelperReader.number(text) else {
        reader.report.malformed &+= 1
        continue
      }
      reader.add(family, labels([]), number)
    }
  }

  /// The properties of a device; none without udev.
  private func properties(_ path: String, _ reader: inout HelperReader) -> [String: String] {
    guard let bytes = reader.bytes(path) else { return [:] }
    var properties: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("E:") {
      let parts = line.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, let name = parts.first { properties[String(name)] = String(parts[1]) }
    }
    return properties
  }
}
