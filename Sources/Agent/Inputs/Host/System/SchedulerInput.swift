// Time that each core ran and made others wait, from /proc/schedstat:
//
//     version 16
//     cpu0 0 0 0 0 0 0 8143211354 1263321456 24231
//     domain0 MC 3 0 0 ...
//
// The last three figures of a core's line are nanoseconds of running, nanoseconds of waiting in its queue, and time
// slices; see the kernel's Documentation/scheduler/sched-stats.rst. The file is absent without CONFIG_SCHEDSTATS.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_schedstat_*`.
final class SchedulerInput: KernelTextInput {
  let name = "schedstat"
  let isCheap = true

  private static let running = MetricFamily(
    "node_schedstat_running_seconds_total", .counter, help: "Time that a core ran tasks.")
  private static let waiting = MetricFamily(
    "node_schedstat_waiting_seconds_total", .counter, help: "Time that tasks waited for a core.")
  private static let slices = MetricFamily(
    "node_schedstat_timeslices_total", .counter, help: "Time slices that a core has run.")

  let text: KernelText
  private var labels = KeyedLabels("cpu")
  private var cores: [(labels: LabelSet, running: UInt64, waiting: UInt64, slices: UInt64)] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/schedstat", log: log) }

  func clear() { cores.removeAll(keepingCapacity: true) }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      guard line.count > 3, bytes.equals(line.lowerBound..<line.lowerBound + 3, "cpu") else { continue }
      if let core = core(line, bytes), !cores.contains(where: { $0.labels == core.labels }) {
        cores.append(core)
      } else {
        text.malformed &+= 1
      }
    }
  }

  /// One core's line; nil when it is not whole.
  private func core(
    _ line: Range<Int>, _ bytes: Span<UInt8>
  ) -> (labels: LabelSet, running: UInt64, waiting: UInt64, slices: UInt64)? {
    var fields = Splitter.fields(line)
    guard let key = fields.next(in: bytes), let id = bytes.unsigned(key.lowerBound + 3..<key.upperBound) else {
      return nil
    }
    for _ in 0..<6 { _ = fields.next(in: bytes) }
    guard let running = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }),
      let waiting = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }),
      let slices = fields.next(in: bytes).flatMap({ bytes.unsigned($0) })
    else { return nil }
    return (labels.labels(String(id)), running, waiting, slices)
  }

  func collect(into sink: any SampleSink) {
    if cores.isEmpty { return }
    sink.family(SchedulerInput.running)
    for core in cores { sink.sample(core.labels, Double(core.running) / 1e9) }
    sink.family(SchedulerInput.waiting)
    for core in cores { sink.sample(core.labels, Double(core.waiting) / 1e9) }
    sink.family(SchedulerInput.slices)
    for core in cores { sink.sample(core.labels, .unsigned(core.slices)) }
  }
}
