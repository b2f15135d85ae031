// The bounds of the loop, the helper threads and the sockets.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Events taken from the kernel in one turn of the loop.
  static let eventsPerTurn = 64
  /// Descriptors without which the agent does not start: the machine's files, some forty, the loop, the standard streams,
  /// and a few clients while files are looked at. What it keeps open for speed comes out of those above it.
  static let descriptorsAtLeast = 64
  /// Descriptors more that the watch on directories of logs needs.
  static let descriptorsForLogs = 2
  /// Descriptors more for each log: the file, and the one that a rotation puts in its place.
  static let descriptorsPerLog = 2
  /// How many logs that is asked for at the most: silent ones of thousands are closed.
  static let descriptorLogs = 100
  /// Helper threads, those stuck in the kernel included.
  static let helperThreads = 8
  /// Jobs that wait for a helper; one more is refused at once.
  static let helperQueue = 1_024
  /// The highest number of a btrfs device that is asked for.
  static let btrfsDevices = 1_024
}
