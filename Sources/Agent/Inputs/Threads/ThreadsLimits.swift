// Bounds of the look at threads.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Milliseconds between two rounds of looks: a thread is looked at 20 times a second at most. Above its CPU budget the
  /// agent makes them longer, as it does with the intervals of inputs.
  static let threadRoundMilliseconds = 50
  /// Files that a second of looks may read. One costs about a microsecond, so that this is a thousandth of a core or two;
  /// with more threads each is looked at less often.
  static let threadReadsPerSecond = 1_000
  /// Threads that are looked at; each holds two descriptors. Further ones are counted.
  static let sampledThreads = 512
  /// Names of threads of one process that get series of their own; further ones share `other`.
  static let threadNamesPerProcess = 24
  /// Sets of series, one a process and name of threads; the threads of further ones are left out and counted.
  static let threadTallies = 256
  /// Longer than this between two looks, and the time is not dealt out.
  static let threadGapNanoseconds: Int64 = 10_000_000_000
  /// Seconds after which a thread's name is read again: most are named shortly after they begin.
  static let threadNameSeconds = 3.0
  /// Seconds after which the threads of a process are listed again, though it has as many as before.
  static let threadListSeconds = 5.0
}
