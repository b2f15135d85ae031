// The bounds of which logs are followed, and how they take turns.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Logs that are followed at a time; further ones that a pattern finds are left out and counted.
  static let logFiles = 10_000
  /// Services that found logs may make, where each file's own name is one; further ones count as `other`.
  static let logServices = 200
  /// Logs with series of their own; those of further ones are summed up under the path `other`.
  static let logRows = 200
  /// Names of a directory that are looked at for logs; further ones are left out and counted.
  static let logFolderNames = 50_000
  /// Directories that one pattern goes through; further ones are left out and counted.
  static let logFolders = 2_000
  /// Looks for files that go on at a time.
  static let logScans = 4
  /// How long a look for files may take, in seconds, before its directory counts as stuck.
  static let logScanSeconds = 2.0
  /// How long a stuck directory is left alone, in seconds.
  static let logScanRetrySeconds = 10.0
  /// Seconds between two looks for links that make one file of two logs which were named.
  static let logTwinSeconds = 10.0
  /// Seconds that the first look for files may take; those whose directories have not answered by then come later.
  static let logFirstScanSeconds = 3.0
  /// How long a found file must be gone, in seconds, before it is let go.
  static let logGoneSeconds = 10.0
  /// How old the time of a directory must be, in seconds, before it shows that nothing has changed since: some file
  /// systems keep whole seconds.
  static let logFolderSettledSeconds = 3.0
  /// Files of one path that are remembered, so that one that was renamed is not taken for another log.
  static let logIdentities = 16
  /// Files in one go of a helper thread.
  static let tourStops = 256
  /// Goes at a time, and those of one directory or pattern, stuck ones included: one that hangs leaves room for others.
  static let tours = 3
  static let toursPerDomain = 2
  /// What one file may bring in a go with others, in bytes.
  static let tourShareBytes = 128 << 10
  /// Files that are open at a time, at the most; further ones are closed when they are read, and opened at their next
  /// change. A quarter of the descriptors to spare, where that is less.
  static let openLogs = 8_192
  /// After how many seconds without growth a file is closed, when there are too many open ones.
  static let openLogSeconds = 10.0
  /// How many logs of one service are read in the order of their lines' times after a start.
  static let backlogFiles = 256
  /// Lines a minute that the agent's log has about single files.
  static let logVoiceLines = 200
  /// Directories that are watched for changes; files in others are looked at once a second.
  static let watchedFolders = 4_096
}
