// The figures of a process of a group that nobody else reads, because it is past those that have series. One that has used
// CPU time is read at each look, the others once a minute, and one that has not run since, by the nanosecond, less often
// still: its counters and the number of its descriptors are what they were. What others can do to it shows by its resident
// memory, when it is swapped out, or up to five minutes late: its limit of descriptors.
// SPDX-License-Identifier: Apache-2.0

/// /proc/PID/{io,status,fd,limits} of one process, as seldom as can be.
final class MemberFiles {
  private(set) var figures: ProcessFigures?
  private let directory: String
  private let pid: Int32
  private let startTicks: UInt64
  /// When the figures were read, and when it was last asked whether they hold.
  private var read: Moment?
  private var renewed: Moment?
  /// What the process had run by then, and what memory it had.
  private var ticks: UInt64 = 0
  private var mark: RestMark?
  private var residentPages: UInt64 = 0

  /// Reads nothing yet. `directory` is the process's own.
  init(_ directory: String, pid: Int32, startTicks: UInt64) {
    self.directory = directory
    self.pid = pid
    self.startTicks = startTicks
  }

  /// Reads what may have changed; the number of files that were read. `stat` is the process's latest; `known` is its mark
  /// where somebody else has asked whether it rests.
  func renew(_ stat: ProcessStat, _ known: RestMark?, _ now: Moment, _ buffer: inout [UInt8]) -> Int {
    let ticks = stat.userTicks &+ stat.systemTicks
    let hasRun = read != nil && ticks != self.ticks
    if !hasRun, let renewed, now.seconds(since: renewed) < Limits.groupRenewSeconds { return 0 }
    renewed = now
    let mayRest = !hasRun && stat.threads == 1
    let isOld = read.map { now.seconds(since: $0) >= Limits.groupRestSeconds } ?? true
    let mayHold = mayRest && residentPages == stat.residentPages && !isOld
    if mayHold, let known, known == mark { return 0 }
    let run = mayRest && known == nil ? RestMark.run(directory, &buffer) : nil
    if mayHold, let run, run == mark?.run { return 1 }
    mark = known ?? run.flatMap { RestMark(after: $0, directory, &buffer) }
    (self.ticks, residentPages, read) = (ticks, stat.residentPages, now)
    let files = ProcessFiles(directory, pid: pid, startTicks: startTicks, keepsOpen: false)
    figures = files.read(now, into: &buffer) { _ in }
    return 5
  }
}
