// The bounds of tailing and counting logs.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// The longest line that is read, in bytes; a longer one is passed over and counted.
  static let lineBytes = 256 << 10
  /// One read of a log, in bytes. At most ``lineBytes``, so that only the first line of a block can be too long.
  static let tailBlockBytes = 64 << 10
  /// How much of a log is read and counted in one go, in bytes: about five milliseconds of the loop.
  static let logSliceBytes = 512 << 10
  /// How many files that stood behind one path are read at the same time: quick rotations before a writer follows.
  static let tailGenerations = 8
  /// How many closed files are remembered, so that one that comes back is read on, not again.
  static let tailRemembered = 16
  /// How long a replaced file is read at least, in seconds: its writer goes on until it is told to reopen.
  static let tailDrainSeconds = 5.0
  /// How long a replaced file that still has a name may be silent before it is closed, in seconds.
  static let tailQuietSeconds = 300.0
  /// The same for a deleted one, in seconds: while it is open, its disk space is not free.
  static let tailDeletedQuietSeconds = 60.0
  /// How many bytes before the offset prove that the file still is the one that was read.
  static let tailMarkerBytes = 32
  /// How long one go at a log may take on a helper thread, in seconds, before it counts as stuck.
  static let logReadSeconds = 5.0
  /// How long a stuck log is left alone, in seconds.
  static let logStuckRetrySeconds = 10.0
  /// How many inotify reads of 16 KiB are taken at once; the rest waits for the next wake.
  static let inotifyReads = 64

  /// How many method and path pairs a service may have; further paths count as `other`.
  static let logRoutes = 500
  /// How many statuses a route may have; further ones count as `other`.
  static let logStatusesPerRoute = 32
  /// The longest path label, in bytes; a longer path counts as `other`.
  static let logPathBytes = 256
  /// How many values a path may have at one position before new ones count as `{id}`.
  static let pathValues = 50
  /// How many path prefixes are remembered for a service; a path that needs another counts as `other`.
  static let pathNodes = 4_096
  /// The longest request that is believed, in seconds: a year. One absurd value would spoil the sum for good.
  static let logDurationSeconds = 31_536_000.0
  /// How many levels a service may have; further ones count as `other`.
  static let logLevels = 16
  /// The longest level label, in bytes; a longer level is cut before a character.
  static let logLevelBytes = 32
  /// How many error lines are kept for people.
  static let recentErrors = 50
  /// The longest text of a kept error line, in bytes.
  static let recentErrorBytes = 400
  /// Milliseconds after a hint for which the kernel's further ones wait: ten looks a second at the most.
  static let logHintPauseMilliseconds = 100
}
