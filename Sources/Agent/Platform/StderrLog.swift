// The agent's events as JSON lines on stderr. Whoever reads stderr may stall; the agent may not. So a line is written
// only when poll(2) says that the pipe takes it, and is short enough (PIPE_BUF) that the kernel takes it whole; other
// lines are dropped and counted. The descriptor's flags are shared with other processes and stay as they are.
// SPDX-License-Identifier: Apache-2.0
import Glibc
import VitalsMetrics

/// Writes events to stderr.
final class StderrLog: EventLog, Collector {
  private let clock: any Clock
  private var dropped: UInt64 = 0

  init(clock: any Clock) { self.clock = clock }

  func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]) {
    let line = EventLine.text(clock.now(), level, message, fields)
    var poll = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    let ready = unsafe Glibc.poll(&poll, 1, 0) == 1 && poll.revents & Int16(POLLOUT) != 0
    if ready, unsafe line.withUnsafeBytes({ unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }) == line.count {
      return
    }
    dropped &+= 1
  }

  func collect(into sink: any SampleSink) {
    let help = "Lines of the agent's own log that stderr did not take."
    sink.family(MetricFamily("vitals_log_dropped_lines_total", .counter, help: help))
    sink.sample(.empty, .unsigned(dropped))
  }
}
