// Which kernel this is and what time it has, from uname(2) and the clock.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_uname_info`, `node_time_seconds`.
final class UnameInput: Input {
  let name = "uname"
  let isCheap = true

  private let labels = LabelSet(writingEmpty: KernelName.current)
  private var now: Moment?

  func sample(at now: Moment) { self.now = now }

  func collect(into sink: any SampleSink) {
    let help = "Labeled system information as provided by the uname system call."
    sink.family(MetricFamily("node_uname_info", .gauge, help: help))
    sink.sample(labels, .integer(1))
    guard let now else { return }
    let time = "System time in seconds since epoch (1970)."
    sink.family(MetricFamily("node_time_seconds", .gauge, help: time))
    sink.sample(.empty, now.unixSeconds)
  }
}
