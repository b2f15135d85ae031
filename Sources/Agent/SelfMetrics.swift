// What the agent says of itself: its ticks, what its inputs cost and how old their samples are, and its own process.
// The instruments are VitalsMetrics', so that the agent is the library's first user.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The agent's own metrics.
final class SelfMetrics: Collector {
  private struct Cost {
    /// Microseconds, so that a sum of many small times stays exact.
    var spent = 0.0
    var sampled: Moment?
  }

  private static let build = MetricFamily("vitals_build_info", .gauge, help: "Version of the agent; always 1.")
  private static let rounds = MetricFamily("vitals_ticks_total", .counter, help: "Rounds of sampling.")
  private static let missed = MetricFamily(
    "vitals_missed_ticks_total", .counter, help: "Seconds without a round of sampling.")
  private static let spent = MetricFamily(
    "vitals_tick_seconds_total", .counter, help: "Time spent in rounds of sampling.", unit: "seconds")
  private static let cost = MetricFamily(
    "vitals_input_seconds_total", .counter, help: "Time spent sampling, by input.", unit: "seconds")
  private static let age = MetricFamily(
    "vitals_input_sample_age_seconds", .gauge, help: "Age of the last sample, by input, to the millisecond.",
    unit: "seconds")

  private let process = ProcessCollector()
  private var stat: KernelFile?
  private var statBytes: [UInt8] = []
  private let version = LabelSet([("version", Version.text)])
  private var costs: [Cost]
  /// The labels of each.
  private let labels: [LabelSet]
  private var ticks: UInt64 = 0
  private var missedTicks: UInt64 = 0
  private var tickMicroseconds = 0.0
  private let clock: any Clock

  /// `inputs` are the inputs' names; they are known by their places afterwards.
  init(clock: any Clock, inputs: [String]) {
    self.clock = clock
    costs = inputs.map { _ in Cost() }
    labels = inputs.map { LabelSet([("input", $0)]) }
  }

  /// An input has sampled, or has worked between two samples.
  func record(_ input: Int, from start: Moment, to end: Moment, isSample: Bool = true) {
    if isSample { costs[input].sampled = end }
    costs[input].spent += (end.seconds(since: start) * 1e6).rounded()
  }

  /// When an input last sampled.
  func lastSample(_ input: Int) -> Moment? { costs[input].sampled }

  /// A tick is over.
  func recordTick(seconds: Double, missed: UInt64) {
    ticks &+= 1
    missedTicks &+= missed
    tickMicroseconds += (seconds * 1e6).rounded()
  }

  /// The text of /proc/self/stat, which is kept open: to find it costs more than to read it.
  private var ownStat: [UInt8]? {
    do throws(SystemError) {
      if stat == nil { stat = try KernelFile("/proc/self/stat") }
      try stat?.readRecord(into: &statBytes)
      return statBytes
    } catch {
      stat = nil
      return nil
    }
  }

  func collect(into sink: any SampleSink) {
    process.collect(stat: ownStat, into: sink)
    sink.family(SelfMetrics.build)
    sink.sample(version, .integer(1))
    sink.family(SelfMetrics.rounds)
    sink.sample(.empty, .unsigned(ticks))
    sink.family(SelfMetrics.missed)
    sink.sample(.empty, .unsigned(missedTicks))
    sink.family(SelfMetrics.spent)
    sink.sample(.empty, tickMicroseconds / 1e6)
    sink.family(SelfMetrics.cost)
    let (known, sets) = (costs, labels)
    let costs = known.span
    let labels = sets.span
    for place in costs.indices where costs[place].sampled != nil {
      sink.sample(labels, place, .double(costs[place].spent / 1e6))
    }
    sink.family(SelfMetrics.age)
    let now = clock.now()
    for place in costs.indices {
      guard let moment = costs[place].sampled else { continue }
      sink.sample(labels, place, .double((now.seconds(since: moment) * 1e3).rounded() / 1e3))
    }
  }
}
