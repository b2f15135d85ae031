// Follows all logs. All file work happens on helper threads; what it brings is counted on the loop, at most
// ``Limits/logSliceBytes`` in one go, and a log that has more is polled again at once, so that catching up alternates
// with the loop's other work. The tick looks at every file; a hint only makes it earlier. Which files are followed, LogSet
// knows, whose turn it is, LogTours.
//
// Nothing is polled before the checkpoint was read, where there is one, and the files were looked for, where they are not
// all named. What was written before the agent ran counts through a Backlog.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The followed logs as an input.
final class LogInput: Input {
  let name = "logs"
  let isCheap = false
  let countsFromZero = true

  /// Calls this with each directory to watch, now and when one comes up.
  var onFolder: ((String) -> Void)? {
    didSet { for folder in folders.sorted() { onFolder?(folder) } }
  }

  /// Called with each batch that is counted and was the last one for now.
  var onRest: ((LogFile, TailBatch) -> Void)? {
    get { counting.onRest }
    set { counting.onRest = newValue }
  }

  private let followed: LogSet
  private let scans: LogScans
  private let tours: LogTours
  private let voice: LogVoice
  private let rules: LogRules
  private let log: any EventLog
  private let checkpoint: Checkpoint?
  private let counting: LogCounting
  private let fromStart: Bool
  /// Nil when only what is named is followed.
  private let discovery: LogDiscovery?
  private let clock: (any Clock)?
  private var folders: Set<String> = []
  /// Sources that were looked for.
  private var scanned: Set<Int> = []
  private var saidTwins: Set<String> = []
  private var beganAt: Moment?
  private var twinsLooked: Moment?
  private var looked: Moment?
  private var isReady = false
  private var isLoading = false
  private var isLoaded = false
  private var isOver = false
  /// How often the kernel's queue of changes ran over.
  private var watchOverflows: UInt64 = 0
  private var now = Moment(boot: 0, real: 0)

  /// Follows `sources`: from where the `checkpoint` left them, others that are there already from their ends unless
  /// `fromStart`; about `openLimit` files are kept open. With a `discovery` the logs that services hold open are followed
  /// too. Nothing is touched before the first sample. A `clock` says when files are looked at between two samples; without
  /// one it is the moment of the last sample until the next.
  init(
    sources: [LogSource], fromStart: Bool, rules: LogRules = LogRules(), known: [KnownRoute] = [],
    work: any BlockingWork, log: any EventLog,
    checkpoint: Checkpoint? = nil, history: History? = nil, openLimit: Int = Limits.openLogs,
    discovery: LogDiscovery? = nil, clock: (any Clock)? = nil
  ) {
    self.rules = rules
    self.log = log
    self.fromStart = fromStart
    self.discovery = discovery
    self.clock = clock
    self.checkpoint = sources.isEmpty && discovery == nil ? nil : checkpoint
    voice = LogVoice(log)
    counting = LogCounting(rules: rules, history: history, voice: voice)
    followed = LogSet(sources, fromStart: fromStart, rules: rules, known: known, keepsPlace: checkpoint != nil)
    scans = LogScans(sources, work: work, voice: voice)
    tours = LogTours(work: work, openLimit: openLimit)
    counting.poll = { [unowned self] in poll($0) }
    tours.present = { [unowned self] in present }
    tours.take = { [unowned self] in finish($0, $1) }
    tours.rested = { [unowned self] in rested() }
    scans.take = { [unowned self] in take($0, $1) }
    discovery?.take = { [unowned self] in take($0) }
    for file in followed.files where file.source.path != LogSource.standardInput {
      addFolder(file.source.directory)
    }
    counting.begin(followed)
  }

  /// The last lines at level warning or above, oldest first, at most ``Limits/recentErrors``.
  var recentErrors: [RecentError] { counting.recentErrors }
  /// The followed logs, in the order in which they were taken.
  var files: [LogFile] { followed.files }
  /// One for each service, in the order in which they came.
  var services: [ServiceCounts] { followed.services }
  /// Whether any log is to be followed.
  var hasSources: Bool { !followed.sources.isEmpty || discovery != nil }
  /// Whether one is, or is waited for.
  var hasLogs: Bool { !followed.sources.isEmpty || !files.isEmpty }

  /// When it is. The age of a byte is from one of these to another: from tick to tick it would be none or a second.
  private var present: Moment { clock?.now() ?? now }

  /// Why the agent cannot go on; nothing is read then.
  var conflict: String? { checkpoint?.conflict }

  /// What the services' error lines say, by kind.
  var errorKinds: [(service: String, kinds: [ErrorKind])] {
    services.filter { !counting.isLate($0) }.map { ($0.service, $0.errors) }
  }

  /// What rules make of the logs.
  var ruleNames: [RuleName] { rules.names }

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
    rules.sweep(now, but: counting.late)
    voice.tick(at: now)
    if isReady { look() } else { begin() }
  }

  private func look() {
    looked = now
    scans.tick(at: now)
    lookAtTwins()
    discovery?.tick(at: now)
    for file in followed.letGo(at: now) {
      voice.say(file, .info, "log is gone and no longer followed")
      if let position = file.place.withLock({ $0 }) { checkpoint?.keep(file.source.path, position, at: now) }
    }
    for file in files {
      file.reader.settle(at: now)
      poll(file)
    }
    tours.tick()
  }

  /// What must not wait for the next sample when those are made less often; once a tick.
  func tick(at now: Moment) {
    if !isReady { return }
    if let looked, now.seconds(since: looked) > 0.5 {
      self.now = now
      look()
    }
    for full in rules.newlyFull() {
      log.log(
        .warning, "a log rule has no room for further series, they count as other",
        [
          ("rule", full.rule.metric), ("service", full.service), ("label", full.label),
          ("limit", String(full.rule.limit)),
        ])
    }
    counting.tick(files, at: now)
    tours.pump()
    keepPlaces()
  }

  /// The first checkpoint waits for the first turns of all, see ``rested()``: before, it would know of no log, and who
  /// reads it after a kill would take what was written meanwhile for old. A log that does not answer is not waited for.
  private func keepPlaces() {
    guard let checkpoint else { return }
    let isEarly = checkpoint.isFirst && now.seconds(since: beganAt ?? now) < Limits.checkpointIntervalSeconds
    if isEarly { return }
    checkpoint.sample(places, haveMoved: counting.haveMoved, at: now)
    counting.haveMoved = false
  }

  /// These logs may have changed: looks now instead of at the next tick.
  func hint(_ changed: [LogFile]) {
    if !isReady { return }
    for file in changed { poll(file, isHint: true) }
    tours.pump()
  }

  /// Something may have changed in any watched directory.
  func hint() { hint(files) }

  /// The kernel has lost count of what changed: looks at everything.
  func overflowed() {
    watchOverflows &+= 1
    hint()
  }

  /// A name that is no followed log's has come or gone in a watched directory. With thousands of files the tick is soon
  /// enough.
  func hintNames() {
    if isReady, files.count <= Limits.backlogFiles { scans.hurry() }
  }

  /// The log of a name in a directory.
  func file(_ name: String, in folder: String) -> LogFile? { followed.file(name, in: folder) }

  /// Counts no further line and writes the checkpoint for the last time; calls `done` when that is over.
  func finish(at now: Moment, done: @escaping () -> Void) {
    isOver = true
    guard let checkpoint, isReady else { return done() }
    checkpoint.finish(places, haveMoved: counting.haveMoved, at: now, done: done)
  }

  func collect(into sink: any SampleSink) {
    let shown = services.filter { !counting.isLate($0) }
    LogExposition(rows: followed.rows.all, services: shown, now: present, watchOverflows: watchOverflows).collect(
      into: sink)
    if hasSources {
      LogSetExposition(set: followed, openFiles: tours.openFiles, unseen: scans.leftOut).collect(into: sink)
    }
    RulesOnTime(rules: rules, late: counting.late).collect(into: sink)
    checkpoint?.collect(into: sink)
  }

  /// The logs of which a place is known, each as far as its lines are counted when it is asked; and the patterns, so that
  /// the next life knows which were looked for.
  private var places: [CheckpointText.Followed] {
    let patterns = scanned.sorted().map { followed.sources[$0] }.filter { $0.kind != .file }
    return files.map { CheckpointText.Followed(path: $0.source.path, log: $0.place) }.filter(\.isKnown)
      + patterns.map { CheckpointText.Followed(path: $0.path, log: Guarded(SavedLog())) }
  }

  // MARK: Which logs

  /// Reads the checkpoint, once, and looks for the files.
  private func begin() {
    if beganAt == nil { beganAt = now }
    if let checkpoint, !isLoaded {
      if isLoading { return }
      isLoading = true
      return checkpoint.load(at: now) { [weak self] in
        self?.isLoaded = true
        self?.begin()
      }
    }
    scans.tick(at: now)
    if scans.isSettled || now.seconds(since: beganAt ?? now) >= Limits.logFirstScanSeconds { start() }
  }

  private func start() {
    if isReady { return }
    isReady = true
    for file in files {
      if let saved = checkpoint?.saved(file.source.path) { file.owner.resume(saved) }
      file.isBehind = !file.isTwin
    }
    counting.begin(followed)
    for file in files { poll(file) }
    tours.tick()
  }

  /// Takes the files that are there of a source.
  private func take(_ place: Int, _ scan: LogFinder.Scan) {
    let source = followed.sources[place]
    let isFirst = scanned.insert(place).inserted
    if isFirst { counting.haveMoved = true }
    // What came while nobody looked is new, when it is known what was there before.
    let isNew = !isFirst || fromStart || checkpoint?.saved(source.path) != nil
    follow(followed.take(place, scan) { _ in isNew }, isFirst: isFirst)
    for folder in scan.folders { addFolder(folder) }
    for file in files where source.kind == .file && file.isTwin && saidTwins.insert(file.source.path).inserted {
      voice.say(file, .warning, "two logs are one file, which is followed once")
    }
    if !isReady, scans.isSettled, isLoaded || checkpoint == nil { start() }
  }

  /// Takes the logs that services hold open. One that was made since the first look for them is read from its start.
  private func take(_ look: OpenLogs.Look) {
    let began = beganAt?.real ?? now.real
    let new = followed.take(look) { [fromStart] in
      fromStart || $0.identity.birth > Int64(clamping: began)
    }
    for file in new { voice.say(file, .info, "log of a service was found by itself") }
    follow(new, isFirst: true)
  }

  private func follow(_ new: [LogFile], isFirst: Bool) {
    for file in new {
      addFolder(file.source.directory)
      if !isReady { continue }
      if isFirst, let saved = checkpoint?.saved(file.source.path) { file.owner.resume(saved) }
      poll(file)
    }
    if isReady { tours.pump() }
  }

  private func lookAtTwins() {
    if let twinsLooked, now.seconds(since: twinsLooked) < Limits.logTwinSeconds { return }
    twinsLooked = now
    follow(followed.again { _ in true }, isFirst: false)
  }

  private func addFolder(_ folder: String) {
    if folders.insert(folder).inserted { onFolder?(folder) }
  }

  // MARK: Reading and counting

  private func poll(_ file: LogFile, isHint: Bool = false) {
    if isOver || file.isTwin { return }
    if file.isPolling || file.held != nil {
      // One that waits for its turn sees the change then.
      if isHint, file.isOut || file.held != nil { file.wantsMore = true }
      return
    }
    if let stuckAt = file.stuckAt, now.seconds(since: stuckAt) < Limits.logStuckRetrySeconds { return }
    tours.ask(file)
  }

  private func finish(_ file: LogFile, _ answer: TailOwner.Answer?) {
    // What is not counted any more is left for the next life.
    if isOver { return }
    guard let answer else {
      if file.stuckAt == nil { voice.say(file, .warning, "log does not answer, its file system may be stuck") }
      file.stuckAt = now
      counting.catchUp(file, at: now)
      return
    }
    if file.stuckAt != nil {
      file.stuckAt = nil
      voice.say(file, .info, "log answers again")
    }
    guard case .batch(let batch, let number) = answer else {
      if file.wantsMore { poll(file) }
      return
    }
    counting.take(file, batch, number: number, at: now)
  }

  /// All have had their turns. Who is killed soon after the start shall be known to have followed these logs at all.
  private func rested() {
    guard let checkpoint, checkpoint.isFirst, isReady, !isOver else { return }
    checkpoint.sample(places, haveMoved: true, at: now)
    counting.haveMoved = false
  }
}
