// Space, commits and devices of btrfs, from /sys/fs/btrfs/UUID, and what each device failed at, from the file system
// itself, asked at one of its mounts. See btrfs(5) and the kernel's fs/btrfs/sysfs.c.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_btrfs_*`.
struct BtrfsSource: HelperSource {
  let name = "btrfs"
  let paths: KernelPaths
  private var root: String { paths.sys + "/fs/btrfs" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static func family(_ name: String, _ type: MetricType = .gauge, help: String) -> MetricFamily {
    MetricFamily("node_btrfs_" + name, type, help: help)
  }

  private static let info = family("info", help: "A file system's label; always 1.")
  private static let used = family("used_bytes", help: "Bytes in use by kind of data and layout.")
  private static let size = family("size_bytes", help: "Bytes set apart by kind of data and layout.")
  private static let ratio = family("allocation_ratio", help: "Bytes on disks for a byte of data, by kind and layout.")
  private static let deviceSize = family("device_size_bytes", help: "Bytes of a device.")
  private static let deviceUnused = family("device_unused_bytes", help: "Bytes of a device that are not set apart.")
  private static let deviceErrors = family("device_errors_total", .counter, help: "Errors of a device by kind.")
  private static let reserve = [
    DeviceAttribute(
      "global_rsv_size", "node_btrfs_global_rsv_size_bytes", help: "Bytes kept back for the file system itself.")
  ]
  private static let reserved = [
    DeviceAttribute("bytes_reserved", "node_btrfs_reserved_bytes", help: "Bytes about to be used, by kind of data.")
  ]
  /// The lines of `commit_stats`, which came with Linux 6.0.
  private static let commits = [
    DeviceAttribute("commits", "node_btrfs_commits_total", .counter, help: "Commits."),
    DeviceAttribute("last_commit_ms", "node_btrfs_last_commit_seconds", scale: 0.001, help: "Time of the last commit."),
    DeviceAttribute(
      "max_commit_ms", "node_btrfs_max_commit_seconds", scale: 0.001, help: "Time of the slowest commit."),
    DeviceAttribute(
      "total_commit_ms", "node_btrfs_commit_seconds_total", .counter, scale: 0.001, help: "Time of all commits."),
  ]

  func read(_ reader: inout HelperReader) {
    let systems = reader.names(root).filter { $0.contains("-") }
    if systems.isEmpty { return }
    let volumes = volumes(&reader)
    for directory in systems {
      let folder = "\(root)/\(directory)"
      let uuid = reader.words(folder + "/metadata_uuid") ?? directory
      let labels = LabelSet([("uuid", uuid)])
      let label = reader.text(folder + "/label") ?? ""
      reader.add(BtrfsSource.info, LabelSet(writingEmpty: [("uuid", uuid), ("label", label)]), .integer(1))
      reader.add(BtrfsSource.reserve, in: folder + "/allocation", labels)
      addCommits(reader.text(folder + "/commit_stats") ?? "", labels, &reader)
      let devices = reader.names(folder + "/devices")
      for kind in ["data", "metadata", "system"] {
        addSpace("\(folder)/allocation/\(kind)", labels.adding([("block_group_type", kind)]), devices.count, &reader)
      }
      if let volume = volumes.first(where: { $0.identity == directory }) {
        for device in volume.devices { add(device, labels, &reader) }
        continue
      }
      for device in devices {
        guard let sectors = reader.number("\(folder)/devices/\(device)/size") else { continue }
        reader.add(BtrfsSource.deviceSize, labels.adding([("device", device)]), .double(sectors.asDouble * 512))
      }
    }
  }

  /// The mounted ones that may be asked; each once.
  private func volumes(_ reader: inout HelperReader) -> [BtrfsVolume] {
    var volumes: [BtrfsVolume] = []
    for file in ["/1/mountinfo", "/self/mountinfo"] {
      guard let bytes = reader.bytes(paths.proc + file) else { continue }
      var malformed: UInt64 = 0
      var devices: Set<String> = []
      for mount in Mount.parse(bytes.span, malformed: &malformed) where mount.type == "btrfs" {
        guard devices.count < Limits.mounts, !devices.contains(mount.device),
          let volume = try? BtrfsVolume.read(paths.root + mount.point)
        else { continue }
        devices.insert(mount.device)
        volumes.append(volume)
      }
      return volumes
    }
    return volumes
  }

  private func addCommits(_ text: String, _ labels: LabelSet, _ reader: inout HelperReader) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let attribute = BtrfsSource.commits.first(where: { $0.file == fields.first ?? "" }) else { continue }
      if fields.count == 2, let value = HelperReader.number(fields[1]) {
        reader.add(attribute.family, labels, attribute.scaled(value))
      } else {
        reader.report.malformed &+= 1
      }
    }
  }

  private func addSpace(_ folder: String, _ labels: LabelSet, _ devices: Int, _ reader: inout HelperReader) {
    reader.add(BtrfsSource.reserved, in: folder, labels)
    for mode in reader.names(folder) {
      guard let size = reader.number("\(folder)/\(mode)/total_bytes") else { continue }
      let labels = labels.adding([("mode", mode)])
      reader.add(BtrfsSource.size, labels, size)
      if let used = reader.number("\(folder)/\(mode)/used_bytes") { reader.add(BtrfsSource.used, labels, used) }
      if let ratio = BtrfsSource.ratio(mode, devices) { reader.add(BtrfsSource.ratio, labels, .double(ratio)) }
    }
  }

  /// Bytes on disks for a byte of data; nil for a layout that is not known, or that so few devices cannot have.
  static func ratio(_ mode: String, _ devices: Int) -> Double? {
    switch mode {
    case "single", "raid0": 1
    case "dup", "raid1", "raid10": 2
    case "raid1c3": 3
    case "raid1c4": 4
    case "raid5" where devices > 1: Double(devices) / Double(devices - 1)
    case "raid6" where devices > 2: Double(devices) / Double(devices - 2)
    default: nil
    }
  }

  private func add(_ device: BtrfsVolume.Device, _ labels: LabelSet, _ reader: inout HelperReader) {
    let name = device.path.split(separator: "/").last.map { String($0) } ?? ""
    let labels = labels.adding([("device", name), ("btrfs_dev_uuid", device.uuid)])
    reader.add(BtrfsSource.deviceSize, labels, .unsigned(device.size))
    reader.add(BtrfsSource.deviceUnused, labels, .unsigned(device.size - min(device.used, device.size)))
    for (kind, count) in zip(["write", "read", "flush", "corruption", "generation"], device.errors) {
      reader.add(BtrfsSource.deviceErrors, labels.adding([("type", kind)]), .unsigned(count))
    }
  }
}
