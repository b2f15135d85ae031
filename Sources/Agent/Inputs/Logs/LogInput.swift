// Follows all configured logs. All file work happens on helper threads, one poll a file at a time; what it brings is
// counted on the loop, at most ``Limits/logSliceBytes`` in one go, and a log that has more is polled again at once, so
// that catching up alternates with the loop's other work. The tick looks at every file; a hint only makes it earlier.
//
// Where there is a checkpoint, nothing is polled before it was read. What was written before the agent ran counts through
// a Backlog.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The followed logs as an input.
final class LogInput: Input {
  let name = "logs"
  let isCheap = false
  let countsFromZero = true

  /// The last lines at level warning or above, oldest first, at most ``Limits/recentErrors``.
  private(set) var recentErrors: [RecentError] = []
  /// The followed logs, in the order they were named.
  let files: [LogFile]
  /// One for each service, in the order they were named.
  let services: [ServiceCounts]
  private let rules: LogRules
  private let work: any BlockingWork
  private let log: any EventLog
  private let checkpoint: Checkpoint?
  private let history: History?
  /// Called with each batch that is counted and was the last one for now.
  var onRest: ((LogFile, TailBatch) -> Void)?
  /// How often the kernel's queue of changes ran over.
  private var watchOverflows: UInt64 = 0
  /// One for each service that has not caught up.
  private var backlogs: [Backlog] = []
  private var isReady = false
  private var isLoading = false
  private var isOver = false
  private var now = Moment(boot: 0, real: 0)

  /// Follows `sources`: from where the `checkpoint` left them, others that are there already from their ends unless
  /// `fromStart`. Nothing is touched before the first sample.
  init(
    sources: [LogSource], fromStart: Bool, rules: LogRules = LogRules(), known: [KnownRoute] = [],
    work: any BlockingWork, log: any EventLog,
    checkpoint: Checkpoint? = nil, history: History? = nil
  ) {
    self.rules = rules
    self.history = history
    self.work = work
    self.log = log
    self.checkpoint = sources.isEmpty ? nil : checkpoint
    var services: [ServiceCounts] = []
    var files: [LogFile] = []
    for source in sources where !files.contains(where: { $0.source.path.utf8.elementsEqual(source.path.utf8) }) {
      let counts =
        services.first { $0.service == source.service } ?? ServiceCounts(service: source.service, known: known)
      if !services.contains(where: { $0 === counts }) { services.append(counts) }
      files.append(
        LogFile(source, fromStart: fromStart, counts: counts, rules: rules, keepsPlace: checkpoint != nil))
    }
    self.services = services
    self.files = files
    backlogs = services.map { Backlog($0, files: files, history: history) }
  }

  /// The directories to watch for hints.
  var directories: [String] {
    var seen: [String] = []
    for file in files where file.source.path != LogSource.standardInput && !seen.contains(file.source.directory) {
      seen.append(file.source.directory)
    }
    return seen
  }

  /// What the services' error lines say, by kind.
  var errorKinds: [(service: String, kinds: [ErrorKind])] {
    services.filter { service in !backlogs.contains { $0.counts === service } }.map { ($0.service, $0.errors) }
  }

  /// How many series the logs make now; a histogram counts once.
  var seriesCount: Int {
    services.reduce(0) { sum, service in
      let calls = service.models.reduce(0) { $0 + $1.statuses.count + $1.tokens.count + 1 }
      return service.routes.reduce(sum + service.levels.count + service.errors.count + calls + 2) {
        $0 + $1.statuses.count + 1
      }
    }
  }

  func sample(at now: Moment) {
    self.now = now
    rules.sweep(now)
    if !isReady { return begin() }
    for file in files {
      file.reader.settle(at: now)
      poll(file)
    }
  }

  /// What must not wait for the next sample when those are made less often; once a tick.
  func tick(at now: Moment) {
    if !isReady { return }
    for full in rules.newlyFull() {
      log.log(
        .warning, "a log rule has no room for further series, they count as other",
        [
          ("rule", full.rule.metric), ("service", full.service), ("label", full.label),
          ("limit", String(full.rule.limit)),
        ])
    }
    for backlog in backlogs where backlog.expire(at: now) {
      log.log(.warning, "log is still being caught up with: what it has counts as it is read")
      release(backlog)
    }
    checkpoint?.sample(places, at: now)
  }

  /// Something may have changed in a watched directory: looks now instead of at the next tick.
  func hint() { hint(files) }

  /// Something may have come to these logs.
  func hint(_ changed: [LogFile]) {
    if !isReady { return }
    for file in changed { poll(file) }
  }

  /// The kernel has lost count of what changed: looks at everything.
  func overflowed() {
    watchOverflows &+= 1
    hint()
  }

  /// Counts no further line and writes the checkpoint for the last time; calls `done` when that is over.
  func finish(at now: Moment, done: @escaping () -> Void) {
    isOver = true
    guard let checkpoint, isReady else { return done() }
    checkpoint.finish(places, at: now, done: done)
  }

  func collect(into sink: any SampleSink) {
    let late = backlogs.map(\.counts)
    let shown = services.filter { service in !late.contains { $0 === service } }
    LogExposition(files: files, services: shown, now: now, watchOverflows: watchOverflows).collect(into: sink)
    // Rules may read several services.
    if late.isEmpty { rules.collect(into: sink) }
    checkpoint?.collect(into: sink)
  }

  /// The logs as far as their lines are counted.
  private var places: [(path: String, log: SavedLog)] {
    files.compactMap { file in file.position.map { (file.source.path, $0) } }
  }

  /// Reads the checkpoint, once.
  private func begin() {
    guard let checkpoint else { return start() }
    if isLoading { return }
    isLoading = true
    checkpoint.load(at: now) { [weak self] in self?.start() }
  }

  private func start() {
    isReady = true
    for file in files {
      if let saved = checkpoint?.saved(file.source.path) { file.owner.resume(saved) }
      poll(file)
    }
  }

  private func poll(_ file: LogFile) {
    if isOver { return }
    if file.isPolling || file.held != nil {
      file.wantsMore = true
      return
    }
    if let stuckAt = file.stuckAt, now.seconds(since: stuckAt) < Limits.logStuckRetrySeconds { return }
    file.isPolling = true
    file.wantsMore = false
    let (owner, seen, now) = (file.owner, file.seen, now)
    work.run(file.source.path, limitSeconds: Limits.logReadSeconds) {
      owner.poll(seen: seen, budget: Limits.logSliceBytes, at: now)
    } done: { [weak self] answer in
      file.isPolling = false
      self?.finish(file, answer)
    }
  }

  private func finish(_ file: LogFile, _ answer: TailOwner.Answer?) {
    // What is not counted any more is left for the next life.
    if isOver { return }
    guard case .batch(let batch, let number)? = answer else {
      if file.stuckAt == nil { say(file, .warning, "log does not answer, its file system may be stuck") }
      file.stuckAt = now
      catchUp(file)
      return
    }
    if file.stuckAt != nil {
      file.stuckAt = nil
      say(file, .info, "log answers again")
    }
    if !batch.hasMore { file.isBehind = false }
    file.held = (batch, number, 0, 0)
    if !catchUp(file) { count(file) }
  }

  /// Counts what waits in the order of time, while the file's service has not caught up; false when it has.
  @discardableResult
  private func catchUp(_ file: LogFile) -> Bool {
    guard let backlog = backlogs.first(where: { $0.counts === file.reader.counts }) else { return false }
    let counted = backlog.count(at: now, errors: &recentErrors)
    if backlog.isOver { close(backlog) }
    for (file, batch) in counted { taken(file, batch) }
    return true
  }

  /// Gives a backlog up: its lines count as they come.
  private func release(_ backlog: Backlog) {
    backlog.end()
    close(backlog)
    for file in files where file.held != nil { count(file) }
  }

  /// A service has caught up. When all have, so have the rules: what they counted until then is no growth.
  private func close(_ backlog: Backlog) {
    backlogs.removeAll { $0 === backlog }
    if !backlogs.isEmpty { return }
    if let history { history.take(rules, at: history.upcoming - 1, fromZeroSince: history.upcoming - 1) }
  }

  private func count(_ file: LogFile) {
    guard let held = file.held else { return }
    file.held = nil
    file.take(held.batch, number: held.number)
    let bytes = held.batch.lines.span
    file.reader.read(
      bytes.extracting(held.place..<bytes.count), at: now, clock: held.batch.clock, from: held.place,
      errors: &recentErrors)
    taken(file, held.batch)
  }

  /// The lines of a batch are counted: says what it brought, and reads on.
  private func taken(_ file: LogFile, _ batch: TailBatch) {
    for event in batch.events { say(file, event) }
    if recentErrors.count > Limits.recentErrors {
      recentErrors.removeFirst(recentErrors.count - Limits.recentErrors)
    }
    if !file.saidInvalid, let fault = file.reader.faults.keys.first {
      file.saidInvalid = true
      say(file, .warning, "log has lines that do not count", [("reason", fault.reason)])
    }
    sayTwin(file)
    if batch.hasMore || file.wantsMore { poll(file) } else { onRest?(file, batch) }
    // Who is killed soon after the start shall be known to have followed these logs at all.
    if let checkpoint, checkpoint.isFirst, !files.contains(where: \.isPolling) { checkpoint.sample(places, at: now) }
  }

  /// One file under two names, as links make it, counts twice: that is said, once for each log.
  private func sayTwin(_ file: LogFile) {
    guard !file.saidTwin, let identity = file.identity,
      let twin = files.first(where: { $0 !== file && $0.identity == identity })
    else { return }
    file.saidTwin = true
    twin.saidTwin = true
    say(
      file, .warning, "two logs are one file, its lines count twice",
      [("other_service", twin.source.service), ("other_path", twin.source.path)])
  }

  private func say(_ file: LogFile, _ event: TailEvent) {
    switch event {
    case .waiting: say(file, .warning, "log is not there, waiting for it")
    case .unreadable(let reason): say(file, .warning, "log cannot be read", [("reason", reason)])
    case .opened(let offset): say(file, .info, "log is open", [("offset", String(offset))])
    case .rotated: say(file, .info, "log was rotated")
    case .found(let name): say(file, .info, "log was rotated while nobody looked, its rest is read", [("file", name)])
    case .vanished(let lost):
      say(file, .warning, "log that was being read is gone", [("lost_bytes", String(lost))])
    case .truncated(let lost): say(file, .warning, "log was truncated", [("lost_bytes", String(lost))])
    case .reopened: say(file, .warning, "log has more than can be read, and is opened anew")
    case .ended: say(file, .info, "log has ended, its writers have closed it")
    case .finished: say(file, .info, "rotated log is read to its end and closed")
    case .abandoned(let lost):
      say(file, .warning, "rotated log is given up", [("lost_bytes", String(lost))])
    }
  }

  private func say(
    _ file: LogFile, _ level: EventLevel, _ text: String, _ more: [(name: String, value: String)] = []
  ) {
    log.log(level, text, [("service", file.source.service), ("path", file.source.path)] + more)
  }
}
