// Bounds of the search for logs that nobody named.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Logs that are found by themselves; further ones are counted.
  static let discoveredLogs = 64
  /// Seconds between two looks at the files that services hold open, and between those for the sake of new processes.
  static let openLogLookSeconds = 15.0
  static let openLogHurrySeconds = 2.0
  /// Descriptors that one look goes through, about two microseconds each; those past it are counted.
  static let openLogDescriptors = 20_000
  /// Bytes at the front and at the end of a file by which it is judged whether it is a log.
  static let openLogBytes = 16 << 10
  /// Files of which the judgement is remembered.
  static let openLogVerdicts = 1_024
}
