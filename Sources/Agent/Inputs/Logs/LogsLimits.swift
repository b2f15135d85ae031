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
  /// How long a replaced file may be silent before it is closed when nobody has it open for writing, in seconds.
  /// While somebody has, it is followed, and so is the newest that has a name when the kernel does not tell.
  static let tailQuietSeconds = 300.0
  /// The same when there are more open files than there should be.
  static let tailCrowdedQuietSeconds = 30.0
  /// The same for a deleted one of which the kernel does not tell: while it is open, its disk space is not free.
  static let tailDeletedQuietSeconds = 60.0
  /// How long a file that cannot be read, though it can be opened, is left alone, in seconds.
  static let tailRetrySeconds = 10.0
  /// How long a file may have more than can be read, in seconds, before it is opened anew.
  static let tailStalledSeconds = 10.0
  /// How many marks are kept of when a file had which size; an even number.
  static let tailLagMarks = 16
  /// How much a pipe that is a log shall hold, in bytes: what any user may ask for.
  static let pipeBytes = 1 << 20
  /// A look at a pipe that brings as much is followed by the next one at once.
  static let pipeBusyBytes = 32 << 10
  /// How much of a file's beginning is kept to know it again, in bytes.
  static let tailHeadBytes = 1_024
  /// The same of what was read last, in bytes.
  static let tailRecentBytes = 4_096
  /// How many marks are kept between them; an even number. The longer the file, the wider they stand.
  static let tailMarks = 32
  /// The length of a mark, in bytes.
  static let tailMarkBytes = 64
  /// How long a service's counters are held back for lines that were written before the agent ran, in seconds: 10 GB at
  /// 300 MB a second.
  static let backlogSeconds = 30.0
  /// Samples that the rules of a service may have for each second of the past, a rule its share of them; what is past it
  /// makes no rate there. The history keeps 5,000 series in all.
  static let backlogRuleSamples = 2_000
  /// How many of the closed files a checkpoint has for each log, the last ones.
  static let checkpointClosed = 4
  /// In how many parts a checkpoint has a file's head.
  static let checkpointHeadParts = 4
  /// How many marks it has, about.
  static let checkpointMarks = 8
  /// In how many parts it has what was read last.
  static let checkpointRecentParts = 32
  /// The longest checkpoint, in bytes: of 20,000 logs.
  static let checkpointBytes = 64 << 20
  /// How much of one is made at a time, in bytes, and a line more.
  static let checkpointPieceBytes = 64 << 10
  /// The least time between two checkpoints, in seconds: what a killed agent counts again is not older.
  static let checkpointIntervalSeconds = 5.0
  /// How long writing one may take, in seconds, before it counts as failed.
  static let checkpointSeconds = 5.0
  /// How long a checkpoint keeps a log that is followed no longer, in seconds.
  static let checkpointKeptSeconds: UInt64 = 7 * 86_400
  /// How many names of a directory are looked at for files that were rotated while the agent was down.
  static let tailSiblings = 20_000
  /// How many times rotated files are searched for while their names change.
  static let tailSearches = 8
  /// By how much a copy's time may lie before that of its original, in nanoseconds: not all file systems and tools keep
  /// more than seconds.
  static let tailCopySlack: Int64 = 2_000_000_000
  /// How many files that came and went while nobody looked are read at the same time; further ones are read after them.
  static let tailUnseen = 24
  /// How many holes are looked through for the end of a log that is not read from its start.
  static let tailHoles = 64
  /// How many zeros, in bytes, where they are no hole.
  static let tailStartBytes = 64 << 20
  /// How long one go at a log may take on a helper thread, in seconds, before it counts as stuck.
  static let logReadSeconds = 5.0
  /// How long a stuck log is left alone, in seconds.
  static let logStuckRetrySeconds = 10.0
  /// How many inotify reads of 16 KiB are taken at once; the rest waits for the next wake.
  static let inotifyReads = 64

  /// How many method and path pairs a service may have; further paths count as `other`.
  static let logRoutes = 500
  /// How many routes a configuration may name.
  static let knownRoutes = 500
  /// How many segments one of them may have.
  static let knownSegments = 32
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
  /// For how long one of two tellers of requests may be silent, in nanoseconds, before what it was ahead is forgotten: a
  /// minute, longer than most servers keep lines in their buffers.
  static let logTellerNanoseconds: UInt64 = 60_000_000_000
  /// The longest id of a trace or request that an exemplar has: with its label's name it stays below OpenMetrics' 128.
  static let exemplarIDBytes = 118
  /// How many requests of a service are read again in a second for their ids: some milliseconds' work.
  static let exampleLooks = 500
  /// How many levels a service may have, known ones included, which always have room; further ones count as `other`.
  static let logLevels = 16
  /// The longest level label, in bytes; a longer level is cut before a character.
  static let logLevelBytes = 32
  /// How many error lines are kept for people.
  static let recentErrors = 50
  /// The longest text of a kept error line, in bytes.
  static let recentErrorBytes = 400
  /// Milliseconds after a hint for which the kernel's further ones wait, for each log that changed. What stands in a log is
  /// seen this much later at the most, and lost if it is cut away before.
  static let logHintPauseMilliseconds = 20
  /// The longest such pause for as many as two hundred logs: ten looks a second.
  static let logHintPauseMillisecondsOfMany = 100
  /// The same for thousands.
  static let logHintLongestPauseMilliseconds = 400
}
