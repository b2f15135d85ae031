// Bounds of process groups.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Groups without a process whose counters are kept; of further ones that nobody named the oldest is forgotten.
  static let emptyGroups = 32
  /// Threads of all groups whose figures are read.
  static let groupThreads = 1_024
  /// Names of threads of one group that get series of their own; the threads of further ones share `other`.
  static let groupThreadNames = 64
  /// Wait channels of one group that get a series of their own; further ones share `other`.
  static let groupChannels = 64
  /// Files that are read a second, threads' and processes' together; one costs 1 to 5 microseconds. A process is always
  /// looked at whole, and one that took more is paid for by the ticks that follow.
  static let groupReads = 256
  /// Seconds whose reads may come together.
  static let groupReadsSeconds = 3.0
  /// Files that are kept open, one a thread or process, half as many as stat files at most.
  static let groupHeldFiles = 256
  /// Seconds after a scrape for which the threads are looked at each tick.
  static let groupAskedSeconds = 60.0
  /// Seconds between two looks at the threads while nobody scrapes: what workers that end meanwhile have counted is known
  /// up to the look before.
  static let groupIdleSeconds = 10.0
  /// Seconds between two looks at where a process waits that has one thread and has used no CPU.
  static let groupSleepSeconds = 5.0
  /// Seconds after which what hardly changes of a process is read again: its limits, and the files of one that sleeps.
  static let groupRenewSeconds = 60.0
  /// Seconds after which the files are read again of a process that has not run at all.
  static let groupRestSeconds = 300.0
  /// The name that shares what is past a limit.
  static let otherName = "other"
}
