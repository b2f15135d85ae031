// How large a frame may be, and what its readings look back on.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Columns of a frame.
  static let dashboardColumns = 60...240
  /// Seconds that the machine's present rates are taken over.
  static let dashboardRateSeconds = 5.0
  /// Seconds that a service's present rates and percentiles are taken over.
  static let dashboardServiceSeconds = 60.0
  /// Requests in that time below which an endpoint is a rare one.
  static let dashboardRareRequests = 5.0
  /// How full an accept queue must have been to be shown.
  static let dashboardQueueRatio = 0.5
  /// Accept queues that are shown.
  static let dashboardQueues = 4
  /// Seconds that a sparkline shows.
  static let dashboardSparkSeconds = 300
  /// Cores with a bar of their own on the overview; the others count in the sum.
  static let dashboardCores = 16
  /// Services without a log that get a panel each; more of them share a table.
  static let dashboardServices = 3
  /// Devices of a kind on the overview.
  static let dashboardDevices = 3
  /// The share of the descriptors that it may open from which on a process is worth a word.
  static let dashboardDescriptorShare = 0.5
}
