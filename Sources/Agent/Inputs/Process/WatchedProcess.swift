// A process of a watched service, as other inputs know it that look at the same processes.
// SPDX-License-Identifier: Apache-2.0

/// One process of a service: its id and start time together are its identity.
struct WatchedProcess: Hashable {
  let service: String
  let pid: Int32
  /// In ticks of USER_HZ since boot.
  let startTicks: UInt64
  /// Whether somebody asked for the service: then what may not be read of it is worth a word.
  var isNamed = true
}
