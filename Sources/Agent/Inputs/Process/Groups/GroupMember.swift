// One process of a group: up to where its counters are in the group's sum, its threads, and what else a group wants to know
// of it. A process that began while the agent looked on counts from its beginning, one that was there before from its
// first sight, one that left its group and comes back from then on.
//
// Context switches are those of all threads, which the kernel does not sum up: those of the main thread stand in the
// process's own files, and those of the others are added as they grow, so that a thread that ends takes none away.
// SPDX-License-Identifier: Apache-2.0

/// A process of a group.
final class GroupMember {
  let pid: Int32
  let startTicks: UInt64
  /// The number of the round in which it was last there.
  private(set) var round: Int
  private(set) var threads: ProcessThreads?
  /// When its threads were last looked at.
  private(set) var looked: Moment?
  /// The CPU time that it had used by then.
  private var lookedTicks: UInt64?
  private let directory: String
  private let began: UInt64
  private var group: Group
  private var stat: ProcessStat
  /// What it had run when that was known to be all, and when its only thread was looked at; nil unless it rests.
  private var mark: RestMark?
  private var lookedMark: RestMark?
  /// What is in the group's sum of it.
  private var counted: GroupCounts
  /// What its threads have counted, but for the main one.
  private var others = GroupCounts.zero
  /// The file of where its only thread waits, and what it said.
  private var wchan: KernelFile?
  private var channel = ""
  /// Its figures, when nobody else reads them.
  private var files: MemberFiles?
  private var needsFiles = false
  /// Nil for a process that has no series of its own.
  private(set) var states: ThreadStates?

  /// `began` is when the agent first looked, in ticks since boot; `directory` is the process's own.
  init(_ stat: ProcessStat, pid: Int32, directory: String, group: Group, began: UInt64, round: Int) {
    self.pid = pid
    self.stat = stat
    startTicks = stat.startTicks
    self.directory = directory
    self.group = group
    self.began = began
    self.round = round
    counted = stat.startTicks > began ? .zero : GroupCounts()
  }

  /// Threads whose figures are read of it.
  var threadCount: Int { threads?.threads.count ?? 0 }

  /// Files that it may have open.
  var heldFiles: Int { threads?.threads.count ?? (wchan == nil ? 0 : 1) }

  /// Adds the process as it is now to its group. `figures` is nil when nobody has read them, `mark` unless it rests.
  func add(
    _ stat: ProcessStat, _ figures: ProcessFigures?, _ mark: RestMark?, to group: Group, round: Int, at now: Moment
  ) {
    if round - self.round > 1 { counted = GroupCounts() }
    (self.stat, self.mark, self.group, self.round) = (stat, mark, group, round)
    needsFiles = figures == nil
    if stat.isDead { files = nil }
    let figures = figures ?? files?.figures
    var counts = GroupCounts(stat, figures)
    counts[.voluntary] = counts[.voluntary].map { $0 &+ (others[.voluntary] ?? 0) }
    counts[.involuntary] = counts[.involuntary].map { $0 &+ (others[.involuntary] ?? 0) }
    group.counts.add(from: counted, to: counts)
    counted.update(counts)
    group.add(stat, figures, at: now)
  }

  /// Adds its threads, as they were when they were looked at.
  func addThreads() {
    countStates()
    if let looked { group.add(look: looked) }
    guard let threads, threads.threads.count > 1 else { return group.add(channel: channel) }
    for thread in threads.threads { group.add(thread.figures, isMain: thread.id == pid) }
  }

  /// Counts its threads by state; not those of a process that is past the limit of its service, or dead.
  private func countStates() {
    if needsFiles || stat.isDead || looked == nil {
      states = nil
      return
    }
    if states?.belongs(to: stat) != true { states = ThreadStates(service: group.service, pid: pid, name: stat.name) }
    states?.reset()
    if let threads {
      for thread in threads.threads { states?.add(thread.figures.stat.state) }
    } else {
      states?.add(stat.state)
    }
  }

  /// Looks at its threads, up to `room` of them, and at what else is due: the number of files that were read. Up to `held`
  /// of them stay open. Where its only thread sleeps is looked up every `sleepSeconds`.
  func look(_ now: Moment, sleepSeconds: Double, room: Int, held: Int, into buffer: inout [UInt8]) -> Int {
    if stat.isDead {
      (threads, channel, looked, lookedMark) = (nil, "", now, nil)
      return 0
    }
    var reads = readFiles(now, &buffer)
    let ticks = stat.userTicks &+ stat.systemTicks
    let isAlone = stat.threads == 1 && threads == nil
    if isAlone, lookedTicks == ticks, !isDue(looked, now, sleepSeconds) { return reads }
    (looked, lookedTicks) = (now, ticks)
    // What has not run sleeps where it slept.
    if isAlone, let mark, mark == lookedMark { return reads }
    lookedMark = mark
    if stat.threads > 1 {
      let known = threads ?? ProcessThreads(directory, pid: pid, startTicks: startTicks)
      (threads, channel) = (known, "")
      wchan = nil
      reads += known.read(now, count: stat.threads, room: room, held: held, into: &buffer, moved: count)
    } else {
      threads = nil
      if wchan == nil { wchan = try? KernelFile(directory + "/wchan") }
      let isRead = (try? wchan?.readRecord(into: &buffer)) != nil
      channel = isRead ? ThreadFigures.channel(buffer.span, known: channel) : ""
      if held <= 0 { wchan = nil }
      reads += 1
    }
    return reads
  }

  /// Adds what a thread has counted since it was `before`. One that is new counts from its beginning, if the agent was
  /// there.
  private func count(_ thread: ReadThread, _ before: ThreadFigures?) {
    let stat = thread.figures.stat
    let old = before.map { GroupCounts($0.stat, $0.files) } ?? (stat.startTicks > began ? .zero : GroupCounts())
    let new = GroupCounts(stat, thread.figures.files)
    group.threads.entry(stat.name).tally.counts.add(from: old, to: new)
    if thread.id != pid { others.add(from: old, to: new) }
  }

  /// Reads the figures when nobody else does.
  private func readFiles(_ now: Moment, _ buffer: inout [UInt8]) -> Int {
    guard needsFiles else { return 0 }
    let files = files ?? MemberFiles(directory, pid: pid, startTicks: startTicks)
    self.files = files
    return files.renew(stat, mark, now, &buffer)
  }

  private func isDue(_ read: Moment?, _ now: Moment, _ seconds: Double) -> Bool {
    read.map { now.seconds(since: $0) >= seconds } ?? true
  }
}
