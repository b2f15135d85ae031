// Follows all configured logs. All file work happens on helper threads, one poll a file at a time; what it brings is
// counted on the loop, at most ``Limits/logSliceBytes`` in one go, and a log that has more is polled again at once, so
// that catching up alternates with the loop's other work. The tick looks at every file; a hint only makes it earlier.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The tail of JSON logs as an input.
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
  private var now = Moment(boot: 0, real: 0)

  /// Follows `sources`; those that are there already from their ends unless `fromStart`. Nothing is touched before the
  /// first sample.
  init(
    sources: [LogSource], fromStart: Bool, rules: LogRules = LogRules(), work: any BlockingWork, log: any EventLog
  ) {
    self.rules = rules
    self.work = work
    self.log = log
    var services: [ServiceCounts] = []
    var files: [LogFile] = []
    for source in sources where !files.contains(where: { $0.source.path.utf8.elementsEqual(source.path.utf8) }) {
      let counts = services.first { $0.service == source.service } ?? ServiceCounts(service: source.service)
      if !services.contains(where: { $0 === counts }) { services.append(counts) }
      files.append(LogFile(source, fromStart: fromStart, counts: counts, rules: rules))
    }
    self.services = services
    self.files = files
  }

  /// The directories to watch for hints.
  var directories: [String] {
    var seen: [String] = []
    for file in files where !seen.contains(file.source.directory) { seen.append(file.source.directory) }
    return seen
  }

  /// How many series the logs make now; a histogram counts once.
  var seriesCount: Int {
    services.reduce(0) { sum, service in
      service.routes.reduce(sum + service.levels.count + 2) { $0 + $1.statuses.count + 1 }
    }
  }

  func sample(at now: Moment) {
    self.now = now
    rules.sweep(now)
    for file in files { poll(file) }
  }

  /// Something may have changed in a watched directory: looks now instead of at the next tick.
  func hint() {
    for file in files { poll(file) }
  }

  func collect(into sink: any SampleSink) {
    LogExposition(files: files, services: services).collect(into: sink)
    rules.collect(into: sink)
  }

  private func poll(_ file: LogFile) {
    if file.isPolling {
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
    guard case .batch(let batch, let number)? = answer else {
      if file.stuckAt == nil { say(file, .warning, "log does not answer, its file system may be stuck") }
      file.stuckAt = now
      return
    }
    if file.stuckAt != nil {
      file.stuckAt = nil
      say(file, .info, "log answers again")
    }
    for event in batch.events { say(file, event) }
    file.take(batch, number: number, at: now, errors: &recentErrors)
    if recentErrors.count > Limits.recentErrors {
      recentErrors.removeFirst(recentErrors.count - Limits.recentErrors)
    }
    if !file.saidInvalid, let fault = file.reader.faults.keys.first {
      file.saidInvalid = true
      say(file, .warning, "log has lines that do not count", [("reason", fault.reason)])
    }
    sayTwin(file)
    if batch.hasMore || file.wantsMore { poll(file) }
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
    case .truncated(let lost): say(file, .warning, "log was truncated", [("lost_bytes", String(lost))])
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
