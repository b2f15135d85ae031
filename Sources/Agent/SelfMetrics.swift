// What the agent says of itself: its ticks, what its inputs cost and how old their samples are, and its own process.
// The instruments are VitalsMetrics', so that the agent is the library's first user.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The agent's own metrics.
final class SelfMetrics: Collector {
  private let process = ProcessCollector()
  private let version = LabelSet([("version", Version.text)])
  private var labels: [String: LabelSet] = [:]
  private var seconds: [(name: String, total: Double)] = []
  private var sampled: [String: Moment] = [:]
  private var ticks: UInt64 = 0
  private var missedTicks: UInt64 = 0
  private var tickSeconds = 0.0
  private let clock: any Clock

  init(clock: any Clock) { self.clock = clock }

  /// An input has sampled.
  func record(input name: String, from start: Moment, to end: Moment) {
    sampled[name] = end
    if labels[name] == nil { labels[name] = LabelSet([("input", name)]) }
    if let index = seconds.firstIndex(where: { $0.name == name }) {
      seconds[index].total += end.seconds(since: start)
    } else {
      seconds.append((name, end.seconds(since: start)))
    }
  }

  /// When an input last sampled.
  func lastSample(of name: String) -> Moment? { sampled[name] }

  /// A tick is over.
  func recordTick(seconds: Double, missed: UInt64) {
    ticks &+= 1
    missedTicks &+= missed
    tickSeconds += seconds
  }

  func collect(into sink: any SampleSink) {
    process.collect(into: sink)
    sink.family(MetricFamily("vitals_build_info", .gauge, help: "Version of the agent; always 1."))
    sink.sample(version, .integer(1))
    sink.family(MetricFamily("vitals_ticks_total", .counter, help: "Rounds of sampling."))
    sink.sample(.empty, .unsigned(ticks))
    sink.family(MetricFamily("vitals_missed_ticks_total", .counter, help: "Seconds without a round of sampling."))
    sink.sample(.empty, .unsigned(missedTicks))
    let spent = "Time spent in rounds of sampling."
    sink.family(MetricFamily("vitals_tick_seconds_total", .counter, help: spent, unit: "seconds"))
    sink.sample(.empty, tickSeconds)
    let cost = "Time spent sampling, by input."
    sink.family(MetricFamily("vitals_input_seconds_total", .counter, help: cost, unit: "seconds"))
    for (name, total) in seconds { sink.sample(labels[name] ?? .empty, total) }
    let age = "Age of the last sample, by input."
    sink.family(MetricFamily("vitals_input_sample_age_seconds", .gauge, help: age, unit: "seconds"))
    let now = clock.now()
    for (name, _) in seconds {
      guard let moment = sampled[name] else { continue }
      sink.sample(labels[name] ?? .empty, now.seconds(since: moment))
    }
  }
}
