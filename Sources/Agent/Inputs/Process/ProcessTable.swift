// All processes of the machine at one moment, from one walk over /proc. A process is its id and its start time: an id
// alone comes back. exec(2) leaves both as they are and is seen by the name, and by where the program lies in memory; for
// a process that may not be traced, where that is hidden, and for titles that a process writes over its own arguments,
// identities are read again now and then, a bounded number a walk.
// SPDX-License-Identifier: Apache-2.0

/// The processes that are there.
final class ProcessTable {
  /// One process.
  struct Entry {
    var identity: ProcessIdentity
    var stat: ProcessStat
    /// CPU seconds per second since the walk before; nil at the first sight.
    var load: Double?
    /// When the identity was read.
    var identified: Moment
  }

  private let proc: String
  private(set) var entries: [Int32: Entry] = [:]
  private var last: Moment?
  private var resume: Int32 = 0
  private var buffer: [UInt8] = []
  /// Stat files that could not be understood.
  private(set) var malformed: UInt64 = 0

  private let withCgroups: Bool

  /// `withCgroups` reads the cgroups of all processes too.
  init(proc: String, withCgroups: Bool = false) {
    self.proc = proc
    self.withCgroups = withCgroups
  }

  /// The directory of a process.
  func directory(_ pid: Int32) -> String { "\(proc)/\(pid)" }

  /// Walks over /proc. A process that vanishes meanwhile is no error; a /proc that cannot be listed leaves none.
  func walk(_ now: Moment) throws(SystemError) {
    var fresh: [Int32: Entry] = [:]
    let passed = last.map { now.seconds(since: $0) } ?? 0
    let pids: [Int32]
    do {
      pids = try Directory.numbers(proc).sorted()
    } catch {
      entries = [:]
      throw error
    }
    var spare = Limits.identityReads
    // Where the reads were used up in the walk before, so that all have their turn.
    let start = pids.firstIndex { $0 >= resume } ?? pids.startIndex
    resume = 0
    for pid in pids[start...] + pids[..<start] {
      guard let stat = read(pid) else { continue }
      guard var entry = entries[pid], entry.stat.startTicks == stat.startTicks else {
        fresh[pid] = Entry(identity: identity(pid, stat), stat: stat, load: nil, identified: now)
        continue
      }
      if mayDiffer(entry, stat, now, &spare) {
        entry.identity = identity(pid, stat)
        entry.identified = now
      }
      let ticks = (stat.userTicks &+ stat.systemTicks) &- (entry.stat.userTicks &+ entry.stat.systemTicks)
      entry.load = passed > 0 ? max(0, Double(Int64(bitPattern: ticks)) / Limits.userHertz / passed) : nil
      entry.stat = stat
      fresh[pid] = entry
    }
    entries = fresh
    last = now
  }

  /// The agent's own id in this procfs: that of another namespace of processes gives it another one.
  var ownID: Int32 { (try? Directory.target(proc + "/self")).flatMap { Int32($0) } ?? HostName.processID }

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

  /// Whether the identity is to be read again: for certain after exec, and on suspicion while there are spare reads.
  private func mayDiffer(_ old: Entry, _ stat: ProcessStat, _ now: Moment, _ spare: inout Int) -> Bool {
    if stat.hasNoMemory { return false }
    if old.stat.name != stat.name || old.stat.image != stat.image { return true }
    let age = Double(now.boot) / 1e9 - Double(stat.startTicks) / Limits.userHertz
    let isYoung = age < Limits.identityYoungSeconds
    let hasGrown = !stat.isImageWhole && old.stat.virtualBytes != stat.virtualBytes
    let isOld = now.seconds(since: old.identified) >= Limits.identityRenewSeconds
    guard isYoung || hasGrown || isOld else { return false }
    if spare == 0 && resume == 0 { resume = old.identity.pid }
    if spare == 0 { return false }
    spare -= 1
    return true
  }

  private func identity(_ pid: Int32, _ stat: ProcessStat) -> ProcessIdentity {
    ProcessIdentity.read(directory(pid), pid: pid, name: stat.name, withCgroups: withCgroups)
  }

  private func read(_ pid: Int32) -> ProcessStat? {
    guard (try? KernelFile.read(directory(pid) + "/stat", into: &buffer)) != nil else { return nil }
    let stat = ProcessStat(buffer.span)
    if stat == nil { malformed &+= 1 }
    return stat
  }
}
