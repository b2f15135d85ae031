// Keeps the services that nobody named up to date: asks now and then which sockets listen, looks for who holds the new
// ones, and groups what it knows when that, or the processes, have changed. What the agent's user may not see has no
// holder, and is counted.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Finds services among a table of processes.
final class ServiceFinder {
  /// Gives the inodes of the sockets that listen, on TCP and on unix sockets.
  typealias Sockets = (inout [UInt8]) throws(SystemError) -> (tcp: Set<UInt64>, local: Set<UInt64>)

  private let sockets: Sockets
  private var holders: SocketHolders
  private var inodes: (tcp: Set<UInt64>, local: Set<UInt64>) = ([], [])
  private var listed: Moment?
  private var buffer: [UInt8] = []
  /// Who listens, as far as is known.
  private(set) var listeners: Set<Discovery.Listener> = []
  /// Sockets whose holder is not known: not yet found, or of a process that may not be looked into.
  private(set) var unowned = 0
  /// Services past the limit.
  private(set) var leftOut = 0

  init(proc: String, sockets: @escaping Sockets = ListeningSockets.inodes) {
    self.sockets = sockets
    holders = SocketHolders(proc: proc)
  }

  /// Renews the listeners. Throws when the kernel does not tell its sockets; then those of last time stay.
  func renew(_ table: ProcessTable, _ now: Moment) throws(SystemError) {
    let isDue = listed.map { now.seconds(since: $0) >= Limits.socketListSeconds } ?? true
    if isDue {
      listed = now
      inodes = try sockets(&buffer)
    }
    if !isDue && !holders.isSearching { return }
    var alive: [Int32: UInt64] = Dictionary(minimumCapacity: table.entries.count)
    table.forEach { entry in if !entry.stat.isDead { alive[entry.identity.pid] = entry.stat.startTicks } }
    let all = inodes.tcp.union(inodes.local)
    let searched = all.count > Limits.listeningSockets ? Set(all.sorted().prefix(Limits.listeningSockets)) : all
    holders.renew(alive, searched, now) { table.mark(of: $0) }
    var found: Set<Discovery.Listener> = []
    unowned = all.count - searched.count
    for inode in searched {
      let pids = holders.holders(of: inode)
      if pids.isEmpty { unowned += 1 }
      for pid in pids { found.insert(Discovery.Listener(pid: pid, isTCP: inodes.tcp.contains(inode))) }
    }
    listeners = found
  }

  /// The services and their living processes.
  func services(_ table: ProcessTable) -> [(name: String, pids: [Int32])] {
    var processes: [Int32: Discovery.Candidate] = [:]
    table.forEach { entry in
      if !entry.stat.isDead { processes[entry.identity.pid] = ServiceFinder.candidate(entry) }
    }
    let result = Discovery(processes, excluding: table.lineage(of: table.ownID)).services(listeners)
    leftOut = result.leftOut
    return result.services
  }

  private static func candidate(_ entry: ProcessTable.Entry) -> Discovery.Candidate {
    Discovery.Candidate(
      pid: entry.identity.pid, parent: entry.stat.parent, session: entry.stat.session,
      startTicks: entry.stat.startTicks, comm: entry.stat.name, arguments: entry.identity.arguments)
  }

  private static let unownedFamily = MetricFamily(
    "vitals_discovery_unowned_sockets", .gauge,
    help: "Listening sockets whose process is not known or may not be seen.")
  private static let leftOutFamily = MetricFamily(
    "vitals_discovery_services_left_out", .gauge,
    help: "Services that listen past the limit of \(Limits.discoveredServices), which are not watched.")

  func collect(into sink: any SampleSink) {
    sink.family(ServiceFinder.unownedFamily)
    sink.sample(.empty, .integer(Int64(unowned)))
    sink.family(ServiceFinder.leftOutFamily)
    sink.sample(.empty, .integer(Int64(leftOut)))
  }
}
