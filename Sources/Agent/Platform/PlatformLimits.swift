// The bounds of the loop, the helper threads and the sockets.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Events taken from the kernel in one turn of the loop.
  static let eventsPerTurn = 64
  /// Helper threads, those stuck in the kernel included.
  static let helperThreads = 8
  /// Jobs that wait for a helper; one more is refused at once.
  static let helperQueue = 1_024
}
