// Bounds of the host's inputs.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Label sets that are remembered for devices that come and go.
  static let hostKeys = 4_096
  /// Globs in the list of one option such as `--networks`.
  static let nameFilterGlobs = 64
  /// Bytes of such a list.
  static let nameFilterBytes = 4 << 10
  /// Mounts whose space is asked for; further ones are left out and counted.
  static let mounts = 512
  /// Seconds between two looks at the space of file systems.
  static let filesystemSeconds = 15.0
  /// Seconds that one statfs(2) may take before the mount counts as stuck.
  static let statfsSeconds = 5.0
  /// Ticks per second of /proc's times: USER_HZ, 100 on every architecture that Swift runs on; see proc(5), time(7).
  static let userHertz = 100.0
}
