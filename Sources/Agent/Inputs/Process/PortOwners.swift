// Who listens on a port: the socket's inode by sock_diag, then the processes that hold it, by their descriptors. Dear, so
// it is searched when an owner is missing and not more often than every few seconds; and once a minute at any rate,
// because others may join on the same port (SO_REUSEPORT) or take it over. An owner is an id and a start time: an id
// alone comes back as another process.
// SPDX-License-Identifier: Apache-2.0

/// The processes that listen on the watched ports.
struct PortOwners {
  /// Says a thing once: its key, its message, its fields.
  typealias Say = (_ key: String, _ message: String, _ fields: [(name: String, value: String)]) -> Void

  private var held: HeldSockets
  private let ports: [UInt16]
  private let inodes: (UInt16) throws(SystemError) -> Set<UInt32>
  private var found: [UInt16: [Int32: UInt64]] = [:]
  private var lastSearch: Moment?

  /// `inodes` tells the sockets that listen on a port.
  init(
    proc: String, watches: [Watch],
    inodes: @escaping (UInt16) throws(SystemError) -> Set<UInt32> = ListeningSockets.inodes
  ) {
    held = HeldSockets(proc: proc)
    self.inodes = inodes
    ports = watches.compactMap { if case .port(let port) = $0.match { port } else { nil } }
  }

  /// True when there is no port to search for.
  var isEmpty: Bool { ports.isEmpty }

  /// The owners of a port that are known now.
  func owners(of port: UInt16) -> Set<Int32> { Set((found[port] ?? [:]).keys) }

  /// The owners of all ports that have some.
  var owners: [UInt16: Set<Int32>] { found.mapValues { Set($0.keys) } }

  /// Forgets the dead, and searches where nobody is left. `alive` has the processes' start times, `mark`
  /// tells those that rest.
  mutating func renew(
    _ alive: [Int32: UInt64], _ now: Moment, _ say: Say, mark: (Int32) -> RestMark? = { _ in nil }
  ) {
    for port in ports { found[port] = found[port]?.filter { alive[$0.key] == $0.value } }
    if ports.isEmpty { return }
    let isMissing = ports.contains { owners[$0]?.isEmpty ?? true }
    let pause = isMissing ? Limits.portSearchSeconds : Limits.portRenewSeconds
    if let lastSearch, now.seconds(since: lastSearch) < pause { return }
    lastSearch = now
    held.begin()
    for port in ports { search(port, alive, mark, say) }
    held.end()
  }

  private mutating func search(
    _ port: UInt16, _ alive: [Int32: UInt64], _ mark: (Int32) -> RestMark?, _ say: Say
  ) {
    do {
      let sockets = Set(try inodes(port).map { UInt64($0) })
      if sockets.isEmpty { return }
      var holders: [Int32: UInt64] = [:]
      for (pid, start) in alive {
        _ = held.each(pid, mark(pid)) { inode in if sockets.contains(inode) { holders[pid] = start } }
      }
      if !holders.isEmpty { found[port] = holders }
      if found[port]?.isEmpty == false { return }
      let advice = "run vitals as the service's user, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"
      say(
        "port/\(port)", "a watched port is open and its process may not be seen",
        [("port", String(port)), ("advice", advice)])
    } catch {
      say("sockets", "listening sockets cannot be listed", [("error", error.description)])
    }
  }
}
