// Services as process-exporter shows them: under its names, for its dashboards and alerts. The processes and most of their
// figures are the watched ones, which are read anyway; of its own this input reads threads, where they wait, and the files
// of those processes that are too many to have series. It does so in turns within a budget of reads, and seldom while
// nobody scrapes, and says how old what it knows of threads is. Nothing of it is kept in the history, where the processes
// themselves stand.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `namedprocess_namegroup_*`.
final class GroupInput: Input {
  let name = "groups"
  let isCheap = false
  let isRemembered = false

  private let proc: String
  private let heldFiles: Int
  private let source: any GroupSource
  private let named: Set<String>
  private var groups: [Group] = []
  private var places: [String: Group] = [:]
  private var members: [GroupMember] = []
  private var known: [Int32: GroupMember] = [:]
  /// Where the next looks begin.
  private var cursor = 0
  /// Files that may be read; below zero after a look at a process with very many threads, until time has made up for it.
  private var credit = 0
  private var round = 0
  private var walks = 0
  /// When the agent first looked, in ticks since boot, and when the machine started in seconds since 1970.
  private var began: (ticks: UInt64, bootSeconds: Double)?
  private var sampled: Moment?
  private var looked: Moment?
  /// When somebody last scraped, and whether somebody has since the last sample.
  private var asked: Moment?
  private var isAsked = true
  private var forgotten: UInt64 = 0
  private var buffer: [UInt8] = []

  /// `named` are the services that somebody asked for; up to `heldFiles` files are kept open.
  init(paths: KernelPaths, named: [String], heldFiles: Int, source: any GroupSource) {
    proc = paths.proc
    self.named = Set(named)
    self.heldFiles = min(heldFiles, Limits.groupHeldFiles)
    self.source = source
    for service in named { _ = group(service) }
  }

  func sample(at now: Moment) {
    // A machine with many processes is not walked over at every tick, and without the input for processes at none.
    if source.walks == walks { return }
    walks = source.walks
    round &+= 1
    sampled = now
    let began =
      began
      ?? (now.boot / UInt64(1e9 / Limits.userHertz), Double(Int64(bitPattern: now.real &- now.boot)) / 1e9)
    self.began = began
    addMembers(began.ticks, now)
    look(now)
    for member in members { member.addThreads() }
    forgetEmpty()
  }

  /// Sums up the processes of this moment.
  private func addMembers(_ began: UInt64, _ now: Moment) {
    for group in groups { group.begin() }
    let before = members
    members.removeAll(keepingCapacity: true)
    var last: Group?
    source.forEachMember { service, pid, stat, figures, mark in
      let group = if let last, last.service == service { last } else { group(service) }
      last = group
      // They come in the order of the round before, as a rule.
      let guess = members.count < before.count ? before[members.count] : nil
      let member =
        if let guess, guess.pid == pid, guess.startTicks == stat.startTicks { guess } else {
          member(pid, stat, group, began)
        }
      member.add(stat, figures, mark, to: group, round: round, at: now)
      members.append(member)
    }
    if known.count == members.count { return }
    known = known.filter { $0.value.round == round || source.isThere($0.key, startTicks: $0.value.startTicks) }
  }

  private func group(_ service: String) -> Group {
    if let known = places[service] { return known }
    let made = Group(service)
    places[service] = made
    groups.append(made)
    return made
  }

  private func member(_ pid: Int32, _ stat: ProcessStat, _ group: Group, _ began: UInt64) -> GroupMember {
    if let found = known[pid], found.startTicks == stat.startTicks { return found }
    let made = GroupMember(
      stat, pid: pid, directory: "\(proc)/\(pid)", group: group, began: began, round: round)
    known[pid] = made
    return made
  }

  /// Looks at the threads of as many processes as a tick may.
  private func look(_ now: Moment) {
    if isAsked { asked = now }
    isAsked = false
    let isScraped = asked.map { now.seconds(since: $0) < Limits.groupAskedSeconds } ?? false
    if !isScraped, let looked, now.seconds(since: looked) < Limits.groupIdleSeconds { return }
    // Where the tables are walked over less often, more may be read each time.
    let passed = looked.map { now.seconds(since: $0) } ?? 1
    looked = now
    credit = min(credit, 0) + Int(Double(Limits.groupReads) * min(max(passed, 1), Limits.groupReadsSeconds))
    var room = Limits.groupThreads - members.reduce(0) { $0 + $1.threadCount }
    var held = heldFiles - members.reduce(0) { $0 + $1.heldFiles }
    // Nobody asks where those sleep that sleep anyway: that may be older then.
    let sleep = Limits.groupSleepSeconds * (isScraped ? 1 : Double(max(1, members.count / Limits.freshFigures)))
    for _ in members.indices where credit > 0 {
      cursor = cursor + 1 < members.count ? cursor + 1 : 0
      let member = members[cursor]
      room += member.threadCount
      held += member.heldFiles
      credit -= member.look(now, sleepSeconds: sleep, room: room, held: held, into: &buffer)
      room -= member.threadCount
      held -= member.heldFiles
    }
  }

  /// Keeps the number of groups that have ended and that nobody named within bounds.
  private func forgetEmpty() {
    let empty = groups.filter { $0.gauges.processes == 0 && !named.contains($0.service) }
    if empty.count <= Limits.emptyGroups { return }
    // Services may come and go faster than the tables are walked over.
    let oldest = empty.sorted { ($0.alive?.boot ?? 0) < ($1.alive?.boot ?? 0) }.dropLast(Limits.emptyGroups)
    for group in oldest { places[group.service] = nil }
    groups.removeAll { group in oldest.contains { $0 === group } }
    forgotten &+= UInt64(oldest.count)
  }

  private static let states = MetricFamily(
    "vitals_process_threads_state", .gauge,
    help: "Threads of a watched process by state, as they were at the last look.")
  private static let age = MetricFamily(
    "vitals_group_threads_age_seconds", .gauge,
    help: "Age of what is known of a group's threads, of the process that was looked at longest ago.", unit: "seconds")
  private static let leftOut = MetricFamily(
    "vitals_group_threads_left_out", .gauge,
    help: "Threads of groups past a limit: not read at all, or their name or wait channel shown as other.")
  private static let forgottenGroups = MetricFamily(
    "vitals_group_forgotten_total", .counter,
    help: "Groups without processes that were forgotten, with their counters.")
  private static let kinds = ["read", "threadname", "wchan"].map { LabelSet([("kind", $0)]) }

  func collect(into sink: any SampleSink) {
    isAsked = true
    guard let began, let sampled else { return }
    GroupExposition.write(groups, bootSeconds: began.bootSeconds, into: sink)
    sink.family(GroupInput.states)
    for member in members { member.states?.write(into: sink) }
    sink.family(GroupInput.age)
    for group in groups {
      guard let look = group.oldestLook else { continue }
      sink.sample(group.labels.service, (sampled.seconds(since: look) * 1e3).rounded() / 1e3)
    }
    sink.family(GroupInput.leftOut)
    let counts = [
      members.reduce(0) { $0 + ($1.threads?.leftOut ?? 0) }, groups.reduce(0) { $0 + $1.threads.folded },
      groups.reduce(0) { $0 + $1.channels.folded },
    ]
    for (labels, count) in zip(GroupInput.kinds, counts) { sink.sample(labels, .integer(Int64(count))) }
    sink.family(GroupInput.forgottenGroups)
    sink.sample(.empty, .unsigned(forgotten))
  }
}
