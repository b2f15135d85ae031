// Bounds of the host's inputs.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Keys, label sets and families that an input remembers of what comes and goes.
  static let hostKeys = 4_096
  /// Globs in the list of one option such as `--networks`.
  static let nameFilterGlobs = 64
  /// Bytes of such a list.
  static let nameFilterBytes = 4 << 10
  /// Seconds between two readings of a table on a helper thread, at least.
  static let tableSeconds = 5.0
  /// Rows of a table that get series; further ones are counted.
  static let tableRows = 4_096
  /// Seconds that a reading may take before it counts as stuck.
  static let readingSeconds = 10.0
  /// The share of a core that the readings of one input may cost: one of 50 ms is followed by 25 s of rest.
  static let readingShare = 0.002
  /// Seconds of rest at most, whatever a reading cost.
  static let readingRestSeconds = 300.0
  /// Listening addresses whose queues get series; sockets on further ones are counted.
  static let listenQueues = 512
  /// Cores that get series of their own.
  static let cores = 1_024
  /// Network devices that get series; further ones are counted.
  static let networkDevices = 1_024
  /// Mounts whose space is asked for; further ones are left out and counted.
  static let mounts = 512
  /// Seconds between two looks at the space of file systems.
  static let filesystemSeconds = 15.0
  /// Seconds that one statfs(2) may take before the mount counts as stuck.
  static let statfsSeconds = 5.0
  /// Seconds between two readings of what is read on helper threads.
  static let helperSourceSeconds = 15.0
  /// Seconds between two readings of what hardly changes.
  static let rareSourceSeconds = 60.0
  /// Samples of one reading.
  static let helperSamples = 20_000
  /// Faults of files that one reading tells.
  static let helperFaults = 64
  /// Names of one directory; one with more is not listed.
  static let directoryEntries = 65_536
  /// Text files of one directory.
  static let textfiles = 256
  /// Bytes of one text file.
  static let textfileBytes = 4 << 20
  /// Ticks per second of /proc's times: USER_HZ, 100 on every architecture that Swift runs on; see proc(5), time(7).
  static let userHertz = 100.0
}
