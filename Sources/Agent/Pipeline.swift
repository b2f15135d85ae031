// The only file that knows both ends: it makes the inputs, drives them once a second, feeds their samples to the
// history, and answers the routes from both. Everything here runs on the loop's thread and is owned by it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The agent, from inputs to answers.
final class Pipeline: AgentView {
  private let clock: any Clock
  private let history: History
  private let inputs: [any Input]
  private let processes: ProcessInput
  private let logs: LogInput
  private let metrics: SelfMetrics
  private let budget: SelfBudget
  /// Sources that are only collected: the agent's own counters.
  private let ownSources: [any Collector]
  /// All that a scrape shows.
  private let sources: [any Collector]
  private let threads: ThreadInput
  /// Their places among the inputs; nil when they are not to run.
  private let threadPlace: Int?
  private let processPlace: Int?
  /// What of the processes stands still between two walks over them: those of services, and the busiest others.
  private let processTurn = SeriesTurn()
  private let busiestTurn = SeriesTurn()
  /// Of the inputs that a scrape renews.
  private let cheapPlaces: [Int]
  /// Kept, so that a scrape finds the lines of the last one.
  private let exposition = Exposition()
  private var logPipes: LogPipes?
  private var logWatch: LogWatch?
  private var threadRounds: ThreadRounds?

  init(
    paths: KernelPaths, watches: [Watch], findsServices: Bool = false, sources: [LogSource],
    findsLogs: Bool = false, fromStart: Bool,
    rules: LogRules = LogRules(), knownRoutes: [KnownRoute] = [],
    host: HostOptions = HostOptions(), choice: InputChoice = .standard,
    clock: any Clock, work: any BlockingWork, log: any EventLog, collectors: [any Collector],
    checkpoint: String? = nil,
    processScanTicks: Int = Limits.processScanTicks, sampledThreads: Int = Limits.sampledThreads,
    heldProcesses: Int = Limits.heldProcesses, openLogs: Int = Limits.openLogs,
    cpu: any CPUTime = ProcessCPUTime(), extraInputs: [any Input] = []
  ) {
    self.clock = clock
    history = History()
    let rests = RestingProcesses(proc: paths.proc, heldFiles: heldProcesses)
    let processes = ProcessInput(
      paths: paths, watches: watches, log: log, scanTicks: processScanTicks, heldFiles: heldProcesses,
      finder: findsServices ? ServiceFinder(proc: paths.proc) : nil, rests: rests)
    self.processes = processes
    threads = ThreadInput(paths: paths, log: log, limit: sampledThreads) { processes.watched }
    let takesLogs = choice.takes("logs", group: "logs")
    let sources = takesLogs ? sources : []
    logs = LogInput(
      sources: sources, fromStart: fromStart, rules: rules, known: knownRoutes, work: work, log: log,
      checkpoint: checkpoint.map { Checkpoint(path: $0, work: work, log: log) }, history: history, openLimit: openLogs,
      discovery: findsLogs && takesLogs
        ? LogDiscovery(paths: paths, work: work, log: log, rests: rests) { processes.services } : nil,
      clock: clock)
    let cgroups = CgroupInput(paths: paths, log: log) { processes.watched }
    let groups = GroupInput(
      paths: paths, named: watches.map(\.service), heldFiles: heldProcesses / 2, source: processes)
    let sockets = ServiceSocketInput(paths: paths, work: work, log: log, rests: rests) { processes.services }
    let proportional = ProportionalMemoryInput(paths: paths, work: work, log: log) { processes.labelled }
    let own: [(input: any Input, group: String)] = [
      (processes, "processes"), (groups, "processes"), (sockets, "processes"), (proportional, "processes"),
      (threads, "processes"),
      (cgroups, "cgroup"), (logs, "logs"),
    ]
    let taken = own.filter {
      choice.takes($0.input.name, group: $0.group, isStandard: $0.input !== proportional)
    }.map(\.input)
    inputs = HostInputs.all(paths: paths, options: host, log: log, work: work, choice: choice) + taken + extraInputs
    let threads = threads
    threadPlace = inputs.firstIndex { $0 === threads }
    processPlace = inputs.firstIndex { $0 === processes }
    cheapPlaces = inputs.indices.filter { [inputs] in inputs[$0].isCheap }
    metrics = SelfMetrics(clock: clock, inputs: inputs.map(\.name))
    budget = SelfBudget(inputs, cpu: cpu, log: log)
    ownSources = [metrics, history.selfMetrics] + collectors + [InputGaps(inputs), budget]
    self.sources = inputs + ownSources
  }

  var unready: String? { history.isEmpty ? "no sample yet" : nil }

  /// Why the agent cannot go on: what it needs is another's.
  var conflict: String? { logs.conflict }

  /// One round: every input samples, then the history takes what they collected.
  func tick(_ now: Moment, missed: UInt64) {
    budget.review(now)
    history.startPast(before: now)
    for input in inputs.indices where isDue(input, now) { sample(input, now) }
    logs.tick(at: now)
    threadRounds?.wake()
    history.begin(at: now)
    for (place, input) in inputs.enumerated() where input.isRemembered {
      let turn = input === processes ? processTurn : nil
      if let turn, processes.isStale, history.takeAgain(turn) { continue }
      history.take(input, countsFromZero: input.countsFromZero, isStale: isStale(place, now), turn: turn)
    }
    for own in ownSources { history.take(own, countsFromZero: false) }
    if !processes.isStale || !history.takeAgain(busiestTurn) {
      history.take(isStale: isStale(processPlace, now), turn: busiestTurn) { processes.collectBusiest(into: $0) }
    }
    history.end()
    metrics.recordTick(seconds: clock.now().seconds(since: now), missed: missed)
  }

  /// Ends what must not be broken off; calls `done` when that is over, in a few seconds at the most.
  func finish(done: @escaping () -> Void) { logs.finish(at: clock.now(), done: done) }

  /// Reads the logs as soon as the kernel says that something changed.
  func watchLogs(on loop: EventLoop, work: any BlockingWork, log: any EventLog) {
    if !logs.hasSources { return }
    do {
      logPipes = try LogPipes(logs, loop: loop)
      logWatch = try LogWatch(logs, loop: loop, work: work, log: log)
    } catch {
      log.log(.warning, "changes of logs are seen once a second only", [("error", error.description)])
    }
  }

  /// Looks at the watched services' threads between the ticks.
  func watchThreads(on loop: EventLoop, log: any EventLog) {
    if threadPlace == nil { return }
    do {
      threadRounds = try ThreadRounds(
        loop: loop, pause: { [unowned self] in threadPause }, round: { [unowned self] in lookAtThreads() })
    } catch {
      log.log(.warning, "where threads wait is not sampled", [("error", error.description)])
    }
  }

  /// Milliseconds to the next look at threads; nil when there is none to look at.
  var threadPause: Int? {
    guard let threadPlace, !threads.isIdle else { return nil }
    return Int(Double(Limits.threadRoundMilliseconds) * budget.stretch(threadPlace))
  }

  /// One round of looks at the watched services' threads.
  func lookAtThreads() {
    guard let threadPlace else { return }
    let start = clock.now()
    threads.round(at: start)
    spent(threadPlace, since: start, isSample: false)
  }

  func exposition(_ format: ExpositionFormat) -> [UInt8] {
    let now = clock.now()
    for input in cheapPlaces where isRenewed(input, now) { sample(input, now) }
    exposition.render(sources, as: format)
    return exposition.bytes
  }

  func dashboardContext() -> DashboardContext {
    DashboardContext(
      history: history, recentErrors: logs.recentErrors, errorKinds: logs.errorKinds,
      rules: logs.ruleNames, now: clock.now(),
      hostname: HostName.current, version: Version.text, hasLogs: logs.hasLogs)
  }

  /// Half a tick early is due: a tick's own delay must not make it a whole tick late.
  private func isDue(_ input: Int, _ now: Moment) -> Bool { age(of: input, now) + 0.5 >= budget.interval(input) }

  /// Whether a scrape has the cheap input sampled first.
  private func isRenewed(_ input: Int, _ now: Moment) -> Bool {
    !budget.isThrottled(input) && age(of: input, now) > Limits.scrapeFreshSeconds
  }

  /// Whether what an input has is older than this tick, though it was to be sampled.
  private func isStale(_ input: Int?, _ now: Moment) -> Bool {
    guard let input else { return false }
    return inputs[input].isStale || budget.isThrottled(input) && age(of: input, now) > 0
  }

  private func age(of input: Int, _ now: Moment) -> Double {
    metrics.lastSample(input).map { now.seconds(since: $0) } ?? .infinity
  }

  private func sample(_ input: Int, _ now: Moment) {
    let start = clock.now()
    inputs[input].sample(at: now)
    spent(input, since: start, isSample: true)
  }

  private func spent(_ input: Int, since start: Moment, isSample: Bool) {
    let end = clock.now()
    metrics.record(input, from: start, to: end, isSample: isSample)
    budget.charge(input, seconds: end.seconds(since: start), isSample: isSample)
  }
}
