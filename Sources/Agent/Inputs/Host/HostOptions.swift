// What a person chose among the host's series. Without a choice it is node_exporter's.
// SPDX-License-Identifier: Apache-2.0

/// Settings of the host's inputs.
struct HostOptions: Equatable, Sendable {
  /// Network devices.
  var networks = NameFilter.standard
  /// Block devices of `node_disk_*`.
  var disks = NameFilter.standard
  /// Mount points of `node_filesystem_*`.
  var mounts = NameFilter.standard
  /// Types of file systems of `node_filesystem_*`.
  var filesystems = NameFilter.standard
  /// Directories of text files with metrics of others.
  var textfileDirectories: [String] = []

  /// The defaults.
  init() {}

  /// Checks the values of the command line.
  init(_ values: [String: [String]]) throws(UsageError) {
    func filter(_ option: String) throws(UsageError) -> NameFilter {
      guard let list = values[option]?.first else { return .standard }
      return try NameFilter(list, option: option)
    }
    networks = try filter("networks")
    disks = try filter("disks")
    mounts = try filter("mounts")
    filesystems = try filter("filesystems")
    textfileDirectories = values["textfile-dir"] ?? []
    for directory in textfileDirectories where !directory.hasPrefix("/") {
      throw UsageError(message: "--textfile-dir \(directory): must be an absolute path")
    }
  }
}
