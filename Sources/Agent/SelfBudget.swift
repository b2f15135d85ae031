// The agent's watch on its own cost. What watches a machine in trouble must not add to it: a machine with ten thousand
// processes or a burst of scrapes makes sampling dear. So the agent compares the CPU time that it used over some seconds
// with what it allows itself. Above that, the input that costs most is sampled half as often, then the next one; when
// there is room again, they come back in the other order. Both are said in the log, and the intervals that hold are
// exported for those that it held back, so that a coarser series is no riddle.
//
// What an input costs is taken by the clock on the wall, which is dear only while it samples; who waits for a CPU looks
// dearer than it is, and is then rightly asked less often too.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Decides how often each input is sampled. Owned by the pipeline's thread.
final class SelfBudget: Collector {
  private struct Charge {
    let input: any Input
    /// How many times longer than its own the interval is.
    var stretch = 1.0
    /// Seconds that it took in this window, and how often it sampled.
    var seconds = 0.0
    var samples = 0
    /// Seconds of one sample, in the last window that had some.
    var secondsEach = 0.0
    var throttles: UInt64 = 0

    var name: String { input.name }
    /// What the input asks for; it may change, as after a reading that cost much.
    var interval: Double { input.interval }
    /// Seconds between two samples.
    var present: Double { stretch > 1 ? max(1, interval) * stretch : max(1, interval) }
  }

  private static let intervals = MetricFamily(
    "vitals_input_interval_seconds", .gauge,
    help: "Time between two samples that holds now, of inputs that were throttled.", unit: "seconds")
  private static let throttles = MetricFamily(
    "vitals_input_throttles_total", .counter,
    help: "How often an input's interval was lengthened because the agent was above its CPU budget.")

  private let cpu: any CPUTime
  private let log: any EventLog
  private var charges: [Charge]
  /// The labels of each.
  private let labels: [LabelSet]
  /// The inputs that were throttled, the last one at the end; one stands there as often as it was halved.
  private var throttled: [Int] = []
  private var start: (moment: Moment, spent: UInt64)?

  init(_ inputs: [any Input], cpu: any CPUTime, log: any EventLog) {
    self.cpu = cpu
    self.log = log
    charges = inputs.map { Charge(input: $0) }
    labels = inputs.map { LabelSet([("input", $0.name)]) }
  }

  /// Seconds between two samples of an input; 0 for one at every tick.
  func interval(_ place: Int) -> Double {
    charges[place].stretch > 1 ? charges[place].present : charges[place].interval
  }

  /// Whether an input is sampled less often than it asks for.
  func isThrottled(_ place: Int) -> Bool { charges[place].stretch > 1 }

  /// How many times longer than it asks for an input's pauses are.
  func stretch(_ place: Int) -> Double { charges[place].stretch }

  /// An input has sampled, or has worked between two samples, at a pace that goes by ``stretch(_:)`` too.
  func charge(_ place: Int, seconds: Double, isSample: Bool = true) {
    charges[place].seconds += max(0, seconds)
    if isSample { charges[place].samples += 1 }
  }

  /// Looks at the cost of the last seconds, once they are over; to be called at every tick.
  func review(_ now: Moment) {
    guard let spent = cpu.spent() else { return }
    guard let start else { return restart(now, spent) }
    let passed = now.seconds(since: start.moment)
    if passed >= 0, passed < Limits.cpuWindowSeconds { return }
    if passed > 0, passed <= Limits.cpuWindowSecondsAtMost, spent >= start.spent {
      for place in charges.indices where charges[place].samples > 0 {
        charges[place].secondsEach = charges[place].seconds / Double(charges[place].samples)
      }
      let share = Double(spent - start.spent) / 1e9 / passed
      if share > Limits.cpuShare { throttle(share, passed) } else { recover(share) }
    }
    restart(now, spent)
  }

  private func restart(_ now: Moment, _ spent: UInt64) {
    start = (now, spent)
    for place in charges.indices { (charges[place].seconds, charges[place].samples) = (0, 0) }
  }

  /// Halves the dearest inputs until what is left should be within the budget, or is not theirs: what a start, a scrape
  /// or a slow machine takes is not got back from inputs that cost next to nothing.
  private func throttle(_ share: Double, _ passed: Double) {
    var expected = share
    // Scrapes, too, have an input sampled; they leave a throttled one alone.
    var costs = charges.map { max($0.seconds / passed, $0.secondsEach / $0.present) }
    while expected > Limits.cpuShare {
      let least = Limits.cpuShare * Limits.cpuShareInput
      let open = charges.indices.filter { costs[$0] > least && charges[$0].stretch < Limits.intervalStretch }
      guard let dearest = open.max(by: { costs[$0] < costs[$1] }) else { return }
      charges[dearest].stretch *= 2
      charges[dearest].throttles &+= 1
      throttled.append(dearest)
      let cost = charges[dearest].secondsEach / charges[dearest].present
      expected -= costs[dearest] - cost
      costs[dearest] = cost
      say(dearest, "above its CPU budget, the agent samples an input less often", share)
    }
  }

  /// Takes one step back, when what that costs leaves room.
  private func recover(_ share: Double) {
    guard let place = throttled.last else { return }
    let expected = share + charges[place].secondsEach / charges[place].present
    if expected > Limits.cpuShare * (1 - Limits.cpuShareSpare) { return }
    throttled.removeLast()
    charges[place].stretch /= 2
    say(place, "within its CPU budget, the agent samples an input more often again", share)
  }

  private func say(_ place: Int, _ message: String, _ share: Double) {
    log.log(
      charges[place].stretch > 1 ? .warning : .info, message,
      [
        ("input", charges[place].name), ("interval_seconds", "\(charges[place].present)"),
        ("cpu_percent", "\((share * 1_000).rounded() / 10)"),
      ])
  }

  func collect(into sink: any SampleSink) {
    let throttled = charges.indices.filter { charges[$0].throttles > 0 }
    sink.family(SelfBudget.intervals)
    for place in throttled { sink.sample(labels[place], .double(charges[place].present)) }
    sink.family(SelfBudget.throttles)
    for place in throttled { sink.sample(labels[place], .unsigned(charges[place].throttles)) }
  }
}
