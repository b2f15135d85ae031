// Services that nobody named: whoever listens, with what it started, under a name that a person would give it. Where a
// parent holds the same sockets as its workers it is the service and they are in it. What a listener started is only its
// own as long as it is the same work: an ssh daemon's shells, a container runtime's containers have sessions of their
// own and run other programs, and are left out. Services of one name are one.
// SPDX-License-Identifier: Apache-2.0

/// Finds services among processes.
struct Discovery {
  /// A process as discovery looks at it.
  struct Candidate {
    let pid: Int32
    let parent: Int32
    let session: Int32
    /// In ticks since boot.
    let startTicks: UInt64
    /// The kernel's name.
    let comm: String
    let arguments: [String]
  }

  /// A process that listens, and where.
  struct Listener: Hashable {
    let pid: Int32
    /// On TCP, or on a unix socket.
    let isTCP: Bool
  }

  /// The services and their processes.
  struct Result: Equatable {
    /// First those that listen on TCP, the oldest first; a service keeps its place while it lives.
    var services: [(name: String, pids: [Int32])] = []
    /// Services past the limit.
    var leftOut = 0

    static func == (left: Result, right: Result) -> Bool {
      left.leftOut == right.leftOut && left.services.elementsEqual(right.services) { $0 == $1 }
    }
  }

  private let processes: [Int32: Candidate]
  private let excluded: Set<Int32>

  /// `excluded` are processes that are no service's: the agent, and what started it.
  init(_ processes: [Int32: Candidate], excluding excluded: Set<Int32>) {
    self.processes = processes
    self.excluded = excluded
  }

  /// The services of these listeners, at most `limit` of them.
  func services(_ listeners: Set<Listener>, limit: Int = Limits.discoveredServices) -> Result {
    let holders = Set(listeners.map(\.pid)).filter { isService($0) }
    let tcp = Set(listeners.filter(\.isTCP).map(\.pid))
    let roots = Set(holders.map { root(of: $0, holders) })
    let children = Dictionary(grouping: processes.values.map(\.pid)) { processes[$0]?.parent ?? 0 }
    var found: [String: (pids: [Int32], rank: Rank)] = [:]
    for root in roots {
      guard let process = processes[root] else { continue }
      let pids = family(of: root, roots, children)
      let rank = Rank(isLocal: tcp.isDisjoint(with: pids), startTicks: process.startTicks, pid: root)
      let name = ServiceName.of(process.arguments, comm: process.comm)
      let old = found[name]
      found[name] = ((old?.pids ?? []) + pids, old.map { min($0.rank, rank) } ?? rank)
    }
    let ordered = found.sorted { $0.value.rank < $1.value.rank }
    return Result(
      services: ordered.prefix(limit).map { ($0.key, $0.value.pids.sorted()) }, leftOut: max(0, ordered.count - limit))
  }

  private struct Rank: Comparable {
    let isLocal: Bool
    let startTicks: UInt64
    let pid: Int32

    static func < (left: Rank, right: Rank) -> Bool {
      if left.isLocal != right.isLocal { return right.isLocal }
      return (left.startTicks, left.pid) < (right.startTicks, right.pid)
    }
  }

  /// Service managers listen for services that they are yet to start, and a container's init for nobody.
  private static let managers: Set<String> = ["systemd", "init", "launchd", "tini", "dumb-init", "catatonit"]

  private func isService(_ pid: Int32) -> Bool {
    guard let process = processes[pid], !excluded.contains(pid) else { return false }
    return !Discovery.managers.contains(process.comm)
  }

  /// The outermost process of the same work that listens too.
  private func root(of pid: Int32, _ holders: Set<Int32>) -> Int32 {
    var top = pid
    var steps = 0
    while let process = processes[top], let parent = processes[process.parent], holders.contains(parent.pid),
      isSameWork(parent, process), steps < processes.count
    {
      top = parent.pid
      steps += 1
    }
    return top
  }

  private func family(of root: Int32, _ roots: Set<Int32>, _ children: [Int32: [Int32]]) -> [Int32] {
    var found: Set<Int32> = [root]
    var open = [root]
    while let pid = open.popLast() {
      guard let parent = processes[pid] else { continue }
      for child in children[pid] ?? [] where !roots.contains(child) && !excluded.contains(child) {
        guard let process = processes[child], isSameWork(parent, process), found.insert(child).inserted else {
          continue
        }
        open.append(child)
      }
    }
    return found.sorted()
  }

  /// Whether a child goes on with its parent's work: in the same session, or the same program in one of its own, as
  /// PostgreSQL's backends are.
  private func isSameWork(_ parent: Candidate, _ child: Candidate) -> Bool {
    parent.session == child.session || parent.comm == child.comm
  }
}
