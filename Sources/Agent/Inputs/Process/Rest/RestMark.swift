// How much a process had run by a moment: its start, and the numbers of its schedstat, which go by nanoseconds and by each
// time that it got a CPU, where the CPU time of stat goes by hundredths of a second. They are those of the main thread
// alone, so they speak only for a process that has no other.
// SPDX-License-Identifier: Apache-2.0

/// Two marks of a process that are the same say that it has not run between them.
struct RestMark: Equatable, Sendable {
  /// In ticks of USER_HZ since boot: tells a process from a later one with its id.
  let startTicks: UInt64
  let run: ThreadClock.Reading

  init(startTicks: UInt64, run: ThreadClock.Reading) {
    self.startTicks = startTicks
    self.run = run
  }

  /// The mark of a process whose schedstat said `run` just now: nil when it has several threads, or does not sleep. Since
  /// its threads are counted behind, what holds of the only one held of all: only it could have started another.
  init?(after run: ThreadClock.Reading, _ directory: String, _ buffer: inout [UInt8]) {
    guard (try? KernelFile(directory + "/stat").readRecord(into: &buffer)) != nil, let stat = ProcessStat(buffer.span)
    else { return nil }
    self.init(after: run, stat)
  }

  /// The same, of a stat that was read behind schedstat.
  init?(after run: ThreadClock.Reading, _ stat: ProcessStat) {
    if stat.threads != 1 || stat.hasNoMemory || stat.state == UInt8(ascii: "R") { return nil }
    self.init(startTicks: stat.startTicks, run: run)
  }

  /// What schedstat says; nil where it says nothing.
  static func run(_ directory: String, _ buffer: inout [UInt8]) -> ThreadClock.Reading? {
    guard (try? KernelFile(directory + "/schedstat").readRecord(into: &buffer)) != nil else { return nil }
    return run(buffer.span)
  }

  /// The same of its text: a kernel that does not count says zeros.
  static func run(_ text: Span<UInt8>) -> ThreadClock.Reading? {
    ThreadClock.Reading(text).flatMap { $0.slices > 0 ? $0 : nil }
  }
}
