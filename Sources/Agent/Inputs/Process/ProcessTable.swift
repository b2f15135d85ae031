// All processes of the machine at one moment, from one walk over /proc. A process is its id and its start time: an id
// alone comes back. exec(2) leaves both as they are and is seen by the name, and by where the program lies in memory; for
// a process that may not be traced, where that is hidden, and for titles that a process writes over its own arguments,
// identities are read again now and then, a bounded number a walk.
//
// The stat files are kept open from walk to walk, up to a limit, because finding and opening one costs as much as reading
// it; one that is open stays that process's, whoever gets its id. Nothing is made anew for a process that is still there.
// Most processes of a machine sleep: one that has used no CPU for a while, and that nobody watches or that is one of many,
// is read at every fourth walk only, so that what it does next shows up to three walks late. Nor is its stat read, if it
// has one thread and its schedstat says that it has not run: what others can do to it, such as taking its memory, shows
// some minutes late, and a new parent when the old one is seen to have gone.
// SPDX-License-Identifier: Apache-2.0

/// The processes that are there.
final class ProcessTable {
  /// One process.
  final class Entry {
    fileprivate(set) var identity: ProcessIdentity
    fileprivate(set) var stat: ProcessStat
    /// True where somebody wants it read at every walk, as long as those are not many.
    var isWatched = false
    /// CPU seconds per second since it was read before; nil at the first sight.
    fileprivate(set) var load: Double?
    /// When the identity was read.
    fileprivate var identified: Moment
    /// When stat was read, and how many times it showed no CPU time since the time before.
    fileprivate var read: Moment
    fileprivate var idleReads = 0
    /// Which watches take the identity; nil until somebody has asked them.
    var takers: [Bool]?
    fileprivate var file: KernelFile?
    fileprivate var isHeld = false
    fileprivate var rest: RestWatch
    /// Whether it has not run since its mark was taken, as it was asked last.
    fileprivate(set) var rests = false
    /// When the mark was taken, and when its stat is due although it rests.
    fileprivate var marked: Moment
    fileprivate var due: Moment

    fileprivate init(_ identity: ProcessIdentity, _ stat: ProcessStat, _ rest: consuming RestWatch, _ now: Moment) {
      self.identity = identity
      self.stat = stat
      self.rest = rest
      identified = now
      read = now
      marked = now
      due = now
    }

    /// What holds of it as long as its mark is this one; nil when it does not rest, or nobody asked.
    var mark: RestMark? { rests ? rest.mark : nil }

    /// Files that are open of it.
    fileprivate var heldFiles: Int { (isHeld ? 1 : 0) + (rest.isHeld ? 1 : 0) }

    /// Whether it has used no CPU for a while.
    fileprivate var isQuiet: Bool { idleReads >= Limits.quietReads }
  }

  /// Whether those that are watched may be left out now and then too: they are many.
  var watchedMayRest = false

  private let proc: String
  private let heldFiles: Int
  private(set) var entries: [Int32: Entry] = [:]
  /// Counts the walks that found another process, another identity, another parent or another death.
  private(set) var changes = 0
  private var listing: NumberedDirectory?
  private var pids: [Int32] = []
  private var listed: [Int32] = []
  /// The entry of each of `pids`; nil where stat could not be read.
  private var order: [Entry?] = []
  private var held = 0
  private var walks = 0
  private var resume: Int32 = 0
  private var buffer: [UInt8] = []
  private var knownOwnID: Int32?
  /// Stat files that could not be understood.
  private(set) var malformed: UInt64 = 0

  private let withCgroups: Bool

  /// Up to `heldFiles` stat files are kept open; `withCgroups` reads the cgroups of all processes too.
  init(proc: String, heldFiles: Int = Limits.heldProcesses, withCgroups: Bool = false) {
    self.proc = proc
    self.heldFiles = heldFiles
    self.withCgroups = withCgroups
  }

  /// The directory of a process.
  func directory(_ pid: Int32) -> String { "\(proc)/\(pid)" }

  /// Walks over /proc. A process that vanishes meanwhile is no error; a /proc that cannot be listed leaves none.
  func walk(_ now: Moment) throws(SystemError) {
    try list()
    walks &+= 1
    var spare = Limits.identityReads
    // Where the reads were used up in the walk before, so that all have their turn.
    let start = resume == 0 ? 0 : pids.firstIndex { $0 >= resume } ?? 0
    resume = 0
    for step in pids.indices {
      let place = start + step < pids.count ? start + step : start + step - pids.count
      if let entry = order[place] {
        let mayRest = !entry.isWatched || watchedMayRest
        if mayRest {
          if entry.isQuiet && (place &+ walks) % Limits.quietWalks != 0 { continue }
          if isAtRest(entry, now) { continue }
        } else {
          forgetRest(entry)
        }
        if renew(entry, now, &spare) { continue }
      }
      order[place] = add(pids[place], now)
    }
  }

  /// The agent's own id in this procfs: that of another namespace of processes gives it another one.
  var ownID: Int32 {
    if let knownOwnID { return knownOwnID }
    knownOwnID = (try? Directory.target(proc + "/self")).flatMap { Int32($0) }
    return knownOwnID ?? HostName.processID
  }

  /// Whether processes of others are hidden, as by the mount option hidepid: the first process of all never ends, nor does
  /// one live without its parent being listed or gone. See proc(5).
  var hidesOthers: Bool {
    entries[1] == nil && entries[ownID] != nil && lineage(of: ownID).contains { entries[$0] == nil }
  }

  /// Calls `body` with every process.
  func forEach(_ body: (Entry) -> Void) { for case let entry? in order { body(entry) } }

  /// The mark of a process that rests, as it is just now: its entry's own is up to three walks old.
  func mark(of pid: Int32) -> RestMark? {
    guard let entry = entries[pid], entry.rests else { return nil }
    ask(entry)
    return entry.mark
  }

  /// A process and all its descendants.
  func family(of roots: Set<Int32>) -> Set<Int32> {
    var children: [Int32: [Int32]] = [:]
    for (pid, entry) in entries { children[entry.stat.parent, default: []].append(pid) }
    var found = roots
    var open = Array(roots)
    while let pid = open.popLast() {
      for child in children[pid] ?? [] where found.insert(child).inserted { open.append(child) }
    }
    return found
  }

  /// A process and all its ancestors.
  func lineage(of pid: Int32) -> Set<Int32> {
    var found: Set<Int32> = []
    var next: Int32? = pid
    while let one = next, one > 0, found.insert(one).inserted { next = entries[one]?.stat.parent }
    return found
  }

  // MARK: The walk

  /// Renews `pids`, and `order` with it when a process has come or gone.
  private func list() throws(SystemError) {
    do throws(SystemError) {
      if listing == nil { listing = try NumberedDirectory(proc) }
      try listing?.list(into: &listed)
    } catch {
      listing = nil
      (pids, order, entries, held) = ([], [], [:], 0)
      changes += 1
      throw error
    }
    if listed == pids { return }
    swap(&pids, &listed)
    order = pids.map { entries[$0] }
    var kept: [Int32: Entry] = [:]
    held = 0
    for (pid, entry) in zip(pids, order) {
      kept[pid] = entry
      held += entry?.heldFiles ?? 0
    }
    if kept.count != entries.count { changes += 1 }
    entries = kept
  }

  /// Takes a process that was not there before.
  private func add(_ pid: Int32, _ now: Moment) -> Entry? {
    if let old = entries.removeValue(forKey: pid) {
      held -= old.heldFiles
      changes += 1
    }
    var rest = RestWatch()
    // Those that were there before the agent have begun to rest already, as a rule.
    if walks == 1 { _ = rest.ask(directory(pid), mayHold: false, &buffer) }
    guard read(directory(pid) + "/stat"), let stat = parse(known: "") else { return nil }
    let entry = Entry(identity(pid, stat), stat, rest, now)
    settle(entry, now)
    entries[pid] = entry
    changes += 1
    return entry
  }

  /// Brings a process up to date; false when it is gone, or another one has its id.
  private func renew(_ entry: Entry, _ now: Moment, _ spare: inout Int) -> Bool {
    guard let stat = stat(of: entry), stat.startTicks == entry.stat.startTicks else { return false }
    if mayDiffer(entry, stat, now, &spare) {
      let pid = entry.identity.pid
      let identity = identity(pid, stat)
      if identity != entry.identity {
        entry.identity = identity
        entry.takers = nil
        changes += 1
      }
      entry.identified = now
    }
    if stat.parent != entry.stat.parent || stat.isDead != entry.stat.isDead { changes += 1 }
    let ticks = (stat.userTicks &+ stat.systemTicks) &- (entry.stat.userTicks &+ entry.stat.systemTicks)
    let passed = now.seconds(since: entry.read)
    entry.load = passed > 0 ? max(0, Double(Int64(bitPattern: ticks)) / Limits.userHertz / passed) : nil
    entry.idleReads = ticks == 0 ? entry.idleReads &+ 1 : 0
    entry.stat = stat
    entry.read = now
    settle(entry, now)
    return true
  }

  // MARK: Rest

  /// Whether there is nothing to read of a process, since it has not run: what others can do to it is looked up now and
  /// then, and when it may have got another parent.
  private func isAtRest(_ entry: Entry, _ now: Moment) -> Bool {
    if entry.stat.threads != 1 || entry.stat.hasNoMemory {
      forgetRest(entry)
      return false
    }
    ask(entry)
    if !entry.rests || now.boot >= entry.due.boot || !hasParent(entry) { return false }
    entry.load = 0
    entry.idleReads &+= 1
    entry.read = now
    return true
  }

  private func ask(_ entry: Entry) {
    held -= entry.heldFiles
    entry.rests = entry.rest.ask(directory(entry.identity.pid), mayHold: held < heldFiles, &buffer) == .rests
    if entry.rest.isHeld {
      entry.file = nil
      entry.isHeld = false
    }
    held += entry.heldFiles
  }

  /// Whether the parent is the one that its stat told: a process gets another one without having run.
  private func hasParent(_ entry: Entry) -> Bool {
    if entry.stat.parent == 0 { return true }
    guard let parent = entries[entry.stat.parent] else { return false }
    return !parent.stat.isDead && parent.stat.startTicks <= entry.stat.startTicks
  }

  /// Takes the mark of a process whose stat, and perhaps identity, was read behind its schedstat, and says when the stat is
  /// due again: sooner when the identity is older than the mark.
  private func settle(_ entry: Entry, _ now: Moment) {
    if entry.rest.isOpen {
      entry.rest.settle(entry.rest.last.flatMap { RestMark(after: $0, entry.stat) })
      entry.marked = now
    }
    // Those that came to rest together have their turns apart.
    let pause = Limits.restRenewSeconds * (1 + Double(entry.identity.pid & 15) / 16)
    entry.due =
      isKnown(entry) ? now.adding(seconds: pause) : entry.identified.adding(seconds: Limits.identityRenewSeconds)
  }

  /// Whether the identity of a process that rests is what it was when that began. Its cgroup is not only in its own hands.
  private func isKnown(_ entry: Entry) -> Bool { entry.identified.boot >= entry.marked.boot && !withCgroups }

  private func forgetRest(_ entry: Entry) {
    held -= entry.heldFiles
    entry.rest.forget()
    entry.rests = false
    held += entry.heldFiles
  }

  // MARK: Files

  private func stat(of entry: Entry) -> ProcessStat? {
    do throws(SystemError) {
      if !entry.isHeld, !entry.rest.isHeld, held < heldFiles {
        // One that is still there at the second walk is worth a descriptor.
        entry.file = try KernelFile(directory(entry.identity.pid) + "/stat")
        entry.isHeld = true
        held += 1
      }
      if entry.isHeld {
        try entry.file?.readRecord(into: &buffer)
      } else if !read(directory(entry.identity.pid) + "/stat") {
        return nil
      }
    } catch {
      return nil
    }
    return parse(known: entry.stat.name)
  }

  /// Opens, reads and closes a stat file.
  private func read(_ path: String) -> Bool {
    do throws(SystemError) {
      try KernelFile(path).readRecord(into: &buffer)
      return true
    } catch {
      return false
    }
  }

  private func parse(known: String) -> ProcessStat? {
    let bytes = buffer
    let stat = ProcessStat(bytes.span, known: known)
    if stat == nil { malformed &+= 1 }
    return stat
  }

  /// Whether the identity is to be read again: for certain after exec, and on suspicion while there are spare reads.
  private func mayDiffer(_ old: Entry, _ stat: ProcessStat, _ now: Moment, _ spare: inout Int) -> Bool {
    if stat.hasNoMemory { return false }
    if old.stat.name != stat.name || old.stat.image != stat.image { return true }
    let age = Double(now.boot) / 1e9 - Double(stat.startTicks) / Limits.userHertz
    let isYoung = age < Limits.identityYoungSeconds
    let hasGrown = !stat.isImageWhole && old.stat.virtualBytes != stat.virtualBytes
    // One that has not run has not changed its own title; what others do to its place takes longer.
    let renewSeconds = old.rests && isKnown(old) ? Limits.identityRestSeconds : Limits.identityRenewSeconds
    let isOld = now.seconds(since: old.identified) >= renewSeconds
    guard isYoung || hasGrown || isOld else { return false }
    if spare == 0 && resume == 0 { resume = old.identity.pid }
    if spare == 0 { return false }
    spare -= 1
    return true
  }

  private func identity(_ pid: Int32, _ stat: ProcessStat) -> ProcessIdentity {
    ProcessIdentity.read(directory(pid), pid: pid, name: stat.name, withCgroups: withCgroups)
  }
}
