// What the groups ask of those who find the services' processes.
// SPDX-License-Identifier: Apache-2.0

/// Who knows the processes of services.
protocol GroupSource: AnyObject {
  /// Counts the times that they were found anew.
  var walks: Int { get }
  /// Calls `body` with every process of every service, the dead that wait for their parent too. What nobody has read of
  /// one, beside its stat, is nil.
  func forEachMember(
    _ body: (_ service: String, _ pid: Int32, _ stat: ProcessStat, _ figures: ProcessFigures?) -> Void)
  /// Whether the process is still there, in a service or not.
  func isThere(_ pid: Int32, startTicks: UInt64) -> Bool
}
