// The narrow door through which other inputs learn which processes a service has, however they are found.
// SPDX-License-Identifier: Apache-2.0

/// Tells the services' processes of the last look.
protocol ServiceMembers: AnyObject {
  /// Calls `body` for each process that has series: with its start in ticks since boot, because an id alone comes back.
  func eachMember(_ body: (_ service: String, _ pid: Int32, _ startTicks: UInt64) -> Void)
}
