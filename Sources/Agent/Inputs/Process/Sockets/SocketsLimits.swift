// Bounds of the count of services' sockets.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Seconds between two counts, at least.
  static let serviceSocketSeconds = 15.0
  /// Descriptors that one count looks at, half as many of one service; each costs about a microsecond. A service that has
  /// more is left out, and counted.
  static let socketDescriptors = 400_000
}
