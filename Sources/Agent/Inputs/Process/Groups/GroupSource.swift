// What the groups ask of those who find the services' processes.
// SPDX-License-Identifier: Apache-2.0

/// Is told a process of a service. What nobody has read of it, beside its stat, is nil; `mark` is, unless it rests.
typealias GroupVisitor = (
  _ service: String, _ pid: Int32, _ stat: ProcessStat, _ figures: ProcessFigures?, _ mark: RestMark?
) -> Void

/// Who knows the processes of services.
protocol GroupSource: AnyObject {
  /// Counts the times that they were found anew.
  var walks: Int { get }
  /// Calls `body` with every process of every service, the dead that wait for their parent too.
  func forEachMember(_ body: GroupVisitor)
  /// Whether the process is still there, in a service or not.
  func isThere(_ pid: Int32, startTicks: UInt64) -> Bool
}
