// Whether the time that a process waited for storage, field 42 of its stat, means anything. The kernel counts it only with
// delay accounting, which is off unless someone turns it on (`delayacct` on the kernel's command line, or the sysctl
// kernel.task_delayacct), and says 0 otherwise. It counts for tasks that began with it on: one that is older stays at 0
// for ever. So 0 is believed only of a process that was counted from its beginning; a kernel before 5.14 has no sysctl to
// tell, and there no 0 is. See the kernel's Documentation/accounting/delay-accounting.rst.
// SPDX-License-Identifier: Apache-2.0

/// The state of delay accounting.
struct BlockDelays {
  private let switchPath: String
  private let bootPath: String
  private let log: any EventLog
  private var read: Moment?
  /// Processes that began at this tick since boot, or later, have been counted from their beginning; nil when it is off.
  private var since: UInt64?
  private var wasOff = false

  init(proc: String, log: any EventLog) {
    self.log = log
    switchPath = proc + "/sys/kernel/task_delayacct"
    bootPath = proc + "/cmdline"
  }

  /// Looks at the switch, seldom; says once that it is off.
  mutating func renew(_ now: Moment, into buffer: inout [UInt8]) {
    if let read, now.seconds(since: read) < Double(Limits.rareFiguresSeconds) { return }
    read = now
    guard (try? KernelFile.read(switchPath, into: &buffer)) != nil else { return since = .max }
    if buffer.first == UInt8(ascii: "1") {
      if since == nil { since = !wasOff && isOnSinceBoot(&buffer) ? 0 : now.ticks }
      return
    }
    since = nil
    if wasOff { return }
    wasOff = true
    log.log(
      .info, "the kernel does not count how long processes wait for storage; their block IO delay is absent",
      [("advice", "sysctl kernel.task_delayacct=1, for processes that start from then on")])
  }

  /// The wait that a stat tells; nil where it tells none.
  func ticks(_ stat: ProcessStat) -> UInt64? {
    guard let since, let ticks = stat.blockedTicks, ticks > 0 || stat.startTicks >= since else { return nil }
    return ticks
  }

  private func isOnSinceBoot(_ buffer: inout [UInt8]) -> Bool {
    guard (try? KernelFile.read(bootPath, into: &buffer)) != nil else { return false }
    return buffer.split { $0 == 32 || $0 == 10 }.contains { $0.elementsEqual("delayacct".utf8) }
  }
}
