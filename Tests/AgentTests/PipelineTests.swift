import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The pipeline") struct PipelineTests {
  /// Time and CPU that pass when told.
  private final class Time: Clock, CPUTime {
    var moment = Moment(boot: 1_000_000_000_000, real: 1_700_000_000_000_000_000)
    var used: UInt64 = 0

    /// Seconds that each look at the clock takes.
    var delay = 0.0

    func now() -> Moment {
      pass(delay)
      return moment
    }

    func spent() -> UInt64? { used }

    func pass(_ seconds: Double) {
      moment.boot += UInt64(seconds * 1e9)
      moment.real += UInt64(seconds * 1e9)
    }
  }

  /// Counts its samples; each takes time and CPU.
  private final class Fake: Input {
    let name: String
    let isCheap: Bool
    var interval: Double
    var cost: Double
    private(set) var moments: [UInt64] = []
    private let time: Time
    /// What a sample finds.
    var grows = 0
    private var found = 0
    private let family: MetricFamily
    private let growing: MetricFamily

    init(_ name: String, _ time: Time, isCheap: Bool = false, interval: Double = 0, cost: Double = 0) {
      (self.name, self.time, self.isCheap, self.interval, self.cost) = (name, time, isCheap, interval, cost)
      family = MetricFamily("fake_\(name)_total", .counter, help: "Samples.")
      growing = MetricFamily("fake_\(name)_grows_total", .counter, help: "What was found.")
    }

    func sample(at now: Moment) {
      moments.append(now.boot / 1_000_000_000 - 1_000)
      found = grows
      time.used += UInt64(cost * 1e9)
      time.pass(cost)
    }

    func collect(into sink: any SampleSink) {
      sink.family(family)
      sink.sample(.empty, .integer(Int64(moments.count)))
      if found == 0 { return }
      sink.family(growing)
      sink.sample(.empty, .integer(Int64(found)))
    }
  }

  private let time = Time()
  private let log = RecordingLog()
  private let tree: ProcTree

  init() throws { tree = try ProcTree() }

  private func pipeline(_ inputs: Fake...) -> Pipeline {
    Pipeline(
      paths: tree.paths, watches: [], sources: [], fromStart: false,
      clock: time, work: StepWork(), log: log, collectors: [], cpu: time, extraInputs: inputs)
  }

  /// A tick at so many seconds after the start.
  private func tick(_ pipeline: Pipeline, at seconds: Double, missed: UInt64 = 0) {
    time.moment.boot = 1_000_000_000_000 + UInt64(seconds * 1e9)
    time.moment.real = 1_700_000_000_000_000_000 + UInt64(seconds * 1e9)
    pipeline.tick(time.moment, missed: missed)
  }

  private func lines(_ pipeline: Pipeline, _ name: String) -> [String] {
    String(decoding: pipeline.exposition(.text), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix(name) }
  }

  @Test("An input that asks for a longer rest gets it")
  func rest() {
    let fake = Fake("a", time, interval: 5)
    let pipeline = pipeline(fake)
    for second in 0..<40 {
      if second == 11 { fake.interval = 20 }
      tick(pipeline, at: Double(second))
    }
    #expect(fake.moments == [0, 5, 10, 30])
    // It is its own wish, and no figure of the agent's budget.
    #expect(lines(pipeline, "vitals_input_interval_seconds") == [])
  }

  @Test("It is ready when it has sampled")
  func ready() {
    let pipeline = pipeline()
    #expect(pipeline.unready == "no sample yet")
    tick(pipeline, at: 0)
    #expect(pipeline.unready == nil)
  }

  @Test(
    "An input is sampled when it is due, though ticks come early and late",
    arguments: [
      (0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (2, [0, 2, 4, 6, 8]), (5, [0, 5]),
      (60, [0]),
    ] as [(Double, [UInt64])])
  func due(interval: Double, expected: [UInt64]) {
    let input = Fake("slow", time, interval: interval)
    let pipeline = pipeline(input)
    for second in 0..<10 { tick(pipeline, at: Double(second) + [0.01, 0.3, 0.0, 0.2][second % 4]) }
    #expect(input.moments == expected)
  }

  @Test("A scrape renews what is cheap and older than it should be, and nothing else")
  func scrape() {
    let (cheap, dear) = (Fake("cheap", time, isCheap: true), Fake("dear", time))
    let pipeline = pipeline(cheap, dear)
    tick(pipeline, at: 0)
    time.pass(Limits.scrapeFreshSeconds / 2)
    #expect(lines(pipeline, "fake_") == ["fake_cheap_total 1", "fake_dear_total 1"])
    time.pass(0.5)
    #expect(lines(pipeline, "fake_") == ["fake_cheap_total 2", "fake_dear_total 1"])
    #expect(lines(pipeline, "vitals_input_sample_age_seconds{input=\"dear\"}").first?.hasSuffix(" 0.525") == true)
  }

  @Test("Among processes that are too many to be read at each tick, one's CPU is what it used, whenever one looks")
  func many() throws {
    for pid in 1...Limits.processesEveryTick { try tree.process(pid, "sleep") }
    let pipeline = Pipeline(
      paths: tree.paths, watches: [try Watch.parse("api=name:api")], sources: [],
      fromStart: false, clock: time, work: StepWork(), log: log, collectors: [], cpu: time)
    var rates: Set<Double?> = []
    for second in 0..<40 {
      let moment = Double(second) + [0.02, 0.3, 0, 0.2][second % 4]
      // Half a second of CPU a second, in ticks of 10 ms; and one that nobody watches.
      for (pid, name) in [(4_000, "api"), (4_001, "rival")] {
        try tree.process(pid, name, user: UInt64((moment * 50).rounded()))
      }
      tick(pipeline, at: moment)
      if second < 20 { continue }
      for series in pipeline.dashboardContext().history.series("vitals_process_cpu_seconds_total", [("mode", "user")]) {
        rates.insert(series.rate(seconds: Limits.dashboardRateSeconds).map { ($0 * 1e3).rounded() / 1e3 })
      }
    }
    #expect(rates == [0.5])
  }

  @Test("Late ticks and a suspended machine leave gaps and no spikes, and a stepped clock leaves nothing")
  func gaps() throws {
    let input = Fake("x", time)
    let pipeline = pipeline(input)
    func rate(_ seconds: Double) -> Double? {
      pipeline.dashboardContext().history.series("fake_x_total").first?.rate(seconds: seconds)
    }
    for second in 0..<5 { tick(pipeline, at: Double(second)) }
    #expect(rate(60) == 1)
    tick(pipeline, at: 9, missed: 4)
    #expect(rate(60) == 5.0 / 9)
    #expect(lines(pipeline, "vitals_missed_ticks_total") == ["vitals_missed_ticks_total 4"])
    tick(pipeline, at: 3_600 + 9, missed: 3_599)
    // Nothing is known of the hour: one sample in the window is no rate.
    #expect(rate(60) == nil)
    time.moment.real += 86_400_000_000_000
    for second in 1...5 {
      time.moment.boot += 1_000_000_000
      time.moment.real -= second == 3 ? 172_800_000_000_000 : 0
      pipeline.tick(time.moment, missed: 0)
    }
    #expect(rate(4) == 1)
  }

  @Test("Sampled less often, what an input counts has the rate that it has, or none")
  func rateAboveBudget() {
    let dear = Fake("dear", time, cost: 0.1)
    let pipeline = pipeline(dear)
    var rates: Set<Double> = []
    for second in 0...60 {
      dear.grows = second
      tick(pipeline, at: Double(second))
      let series = pipeline.dashboardContext().history.series("fake_dear_grows_total").first
      if let rate = series?.rate(seconds: 9) { rates.insert(rate) }
    }
    #expect(lines(pipeline, "vitals_input_interval_seconds{input=\"dear\"}").last?.hasSuffix(" 8") == true)
    #expect(rates == [1])
  }

  @Test("What the inputs do not cost is not saved on them: one that costs next to nothing keeps its interval")
  func budgetOfOthers() {
    let (dear, cheap) = (Fake("dear", time, cost: 0.01), Fake("cheap", time, cost: 0.0009))
    let pipeline = pipeline(cheap, dear)
    for second in 0...10 {
      tick(pipeline, at: Double(second))
      // The agent's start, or its scrapes on a slow machine.
      time.used += 100_000_000
    }
    #expect(
      lines(pipeline, "vitals_input_interval_seconds") == ["vitals_input_interval_seconds{input=\"dear\"} 16"])
  }

  @Test("Above its CPU budget the dearest input is sampled less often, said once, and comes back when there is room")
  func budget() {
    let (dear, fair) = (Fake("dear", time, cost: 0.04), Fake("fair", time, isCheap: true, cost: 0.002))
    let pipeline = pipeline(fair, dear)
    for second in 0...10 { tick(pipeline, at: Double(second)) }
    #expect(
      log.lines.filter { $0.contains("above its CPU budget") }.map { $0.hasSuffix("cpu_percent=4.2") } == [true, true])
    #expect(
      lines(pipeline, "vitals_input_interval_seconds") == ["vitals_input_interval_seconds{input=\"dear\"} 4"])
    #expect(lines(pipeline, "vitals_input_throttles_total{input=\"dear\"}").first?.hasSuffix(" 2") == true)
    for second in 11...40 { tick(pipeline, at: Double(second)) }
    // Within the budget, and coming back would cost more than there is.
    #expect(log.lines.filter { $0.contains("CPU budget") }.count == 2)
    #expect(dear.moments.suffix(6) == [17, 21, 25, 29, 33, 37])
    dear.cost = 0.001
    for second in 41...90 { tick(pipeline, at: Double(second)) }
    #expect(log.lines.filter { $0.contains("within its CPU budget") }.count == 2)
    #expect(dear.moments.suffix(3) == [88, 89, 90])
    #expect(lines(pipeline, "vitals_input_interval_seconds") == ["vitals_input_interval_seconds{input=\"dear\"} 1"])
    #expect(lines(pipeline, "vitals_input_throttles_total{input=\"dear\"}").first?.hasSuffix(" 2") == true)
  }

  @Test("Above the CPU budget threads are looked at less often, which their own rate tells, and as often again later")
  func threadRounds() throws {
    try tree.process(10, "app")
    try tree.write("10/task/10/comm", "app\n")
    try tree.write("10/task/10/schedstat", "0 0 1\n")
    let pipeline = Pipeline(
      paths: tree.paths, watches: [try Watch.parse("api=app")], sources: [], fromStart: false,
      clock: time, work: StepWork(), log: log, collectors: [], cpu: time)
    /// Seconds of looks, each of which takes so long.
    func pass(_ seconds: Range<Int>, cost: Double) {
      for second in seconds {
        tick(pipeline, at: Double(second))
        time.delay = cost
        for _ in 0..<1_000 / (pipeline.threadPause ?? 1_000) {
          time.used += UInt64(cost * 1e9)
          pipeline.lookAtThreads()
        }
        time.delay = 0
      }
    }
    pass(0..<5, cost: 0.000_1)
    #expect(pipeline.threadPause == Limits.threadRoundMilliseconds)
    #expect(lines(pipeline, "vitals_thread_sampling_hertz") == ["vitals_thread_sampling_hertz 20"])
    pass(5..<60, cost: 0.004)
    #expect(lines(pipeline, "vitals_input_interval_seconds{input=\"threads\"}").first?.hasSuffix(" 4") == true)
    #expect(pipeline.threadPause == 4 * Limits.threadRoundMilliseconds)
    let hertz = try #require(lines(pipeline, "vitals_thread_sampling_hertz").first?.split(separator: " ").last)
    #expect(abs((Double(hertz) ?? 0) - 5) < 0.5)
    pass(60..<120, cost: 0.000_1)
    #expect(pipeline.threadPause == Limits.threadRoundMilliseconds)
  }

  @Test("What nobody can say, a suspension and cost that is no input's change nothing")
  func budgetIsCalm() {
    let dear = Fake("dear", time, cost: 1)
    let pipeline = pipeline(dear)
    for second in [0.0, 5, 40, 80, 120] { tick(pipeline, at: second) }
    dear.cost = 0
    for second in 121..<200 {
      time.used += 500_000_000
      tick(pipeline, at: Double(second))
      if log.lines.count > 1 { break }
    }
    #expect(log.lines.filter { $0.contains("input=dear") } == [])
  }
}
