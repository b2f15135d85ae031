// All processes of the machine at one moment, from one walk over /proc. A process is its id and its start time: an id
// alone comes back.
// SPDX-License-Identifier: Apache-2.0

/// The processes that are there.
final class ProcessTable {
  /// One process.
  struct Entry {
    var identity: ProcessIdentity
    var stat: ProcessStat
    /// CPU seconds per second since the walk before; nil at the first sight.
    var load: Double?
  }

  private let proc: String
  private(set) var entries: [Int32: Entry] = [:]
  private var last: Moment?
  private var buffer: [UInt8] = []
  /// Stat files that could not be understood.
  private(set) var malformed: UInt64 = 0

  init(proc: String) { self.proc = proc }

  /// The directory of a process.
  func directory(_ pid: Int32) -> String { "\(proc)/\(pid)" }

  /// Walks over /proc. A process that vanishes meanwhile is no error; a /proc that cannot be listed leaves none.
  func walk(_ now: Moment) throws(SystemError) {
    var fresh: [Int32: Entry] = [:]
    let passed = last.map { now.seconds(since: $0) } ?? 0
    let pids: [Int32]
    do {
      pids = try Directory.numbers(proc)
    } catch {
      entries = [:]
      throw error
    }
    for pid in pids {
      guard let stat = read(pid) else { continue }
      guard let old = entries[pid], old.stat.startTicks == stat.startTicks else {
        let identity = ProcessIdentity.read(directory(pid), pid: pid, name: stat.name)
        fresh[pid] = Entry(identity: identity, stat: stat, load: nil)
        continue
      }
      let ticks = (stat.userTicks &+ stat.systemTicks) &- (old.stat.userTicks &+ old.stat.systemTicks)
      let load = passed > 0 ? Double(Int64(bitPattern: ticks)) / Limits.userHertz / passed : nil
      // A process that has called exec keeps its id and start time but not its name.
      let renamed = old.stat.name != stat.name
      let identity = renamed ? ProcessIdentity.read(directory(pid), pid: pid, name: stat.name) : old.identity
      fresh[pid] = Entry(identity: identity, stat: stat, load: load.map { max(0, $0) })
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

  private func read(_ pid: Int32) -> ProcessStat? {
    guard (try? KernelFile.read(directory(pid) + "/stat", into: &buffer)) != nil else { return nil }
    let stat = ProcessStat(buffer.span)
    if stat == nil { malformed &+= 1 }
    return stat
  }
}
