// The TCP sockets of services by state: first whose they are, by the links in /proc/PID/fd, then what state they are in, by
// one dump of the kernel's table of connections. A socket that several processes of a service hold is one. What cannot be
// told is absent: the sockets of a service of which any process may not be looked into, or lives in another network
// namespace, of which the dump knows nothing. Connections that no process has any more, such as those in TIME_WAIT, are
// nobody's. Whose a socket is, of a process that rests, is remembered; its state never is.
// SPDX-License-Identifier: Apache-2.0

/// Counts the sockets of services.
struct SocketCensus: Sendable {
  /// Gives each socket of a dump.
  typealias Dump =
    @Sendable (_ buffer: inout [UInt8], _ each: (Span<UInt8>, Range<Int>) -> Void) throws(SystemError)
    -> Void

  /// Why a service has no counts.
  enum Absence: Equatable, Sendable {
    case denied
    case foreign
    case tooMany
  }

  /// What was found of one service.
  struct Row: Equatable, Sendable {
    let service: String
    /// By state, from state 1 on; see ``TCPStateTable/states``.
    var counts = [UInt64](repeating: 0, count: TCPStateTable.states.count)
    var absence: Absence?
  }

  /// States in which a socket has an owner, as bits: all but SYN_RECV, TIME_WAIT and CLOSE.
  static let ownedStates: UInt32 = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11

  /// The sockets of a process, and how many descriptors it has.
  private struct Held: Sendable {
    var inodes: [UInt64] = []
    var links = 0
    var isForeign = false
  }

  private let proc: String
  private let rests: RestingProcesses?
  private var finds = RestFinds<Held>()
  private(set) var rows: [Row] = []
  private var sockets: [(inode: UInt64, row: Int)] = []

  /// Without `rests` every process is looked at each time.
  init(proc: String, rests: RestingProcesses? = nil) {
    self.proc = proc
    self.rests = rests
  }

  /// Finds the sockets of services because of a tick, whatever was found before.
  mutating func find(_ services: [ServiceProcesses], at now: Moment, limit: Int = Limits.socketDescriptors) {
    let own = try? Directory.target(proc + "/self/ns/net")
    let marks = rests?.marks(services, at: now) ?? [:]
    var left = limit
    (rows, sockets) = ([], [])
    finds.begin()
    for service in services {
      var row = Row(service: service.service)
      var found: [UInt64] = []
      var room = min(left, limit / 2)
      left -= room
      for pid in service.pids where row.absence == nil { row.absence = look(pid, marks[pid], own, &room, &found) }
      left += room
      if row.absence == nil {
        found.sort()
        for (place, inode) in found.enumerated() where place == 0 || found[place - 1] != inode {
          sockets.append((inode, rows.count))
        }
      }
      rows.append(row)
    }
    sockets.sort { ($0.inode, $0.row) < ($1.inode, $1.row) }
    finds.end()
  }

  /// Adds a process's sockets; why they cannot be told. One that has ended has none.
  private mutating func look(
    _ pid: Int32, _ mark: RestMark?, _ own: String?, _ room: inout Int, _ found: inout [UInt64]
  ) -> Absence? {
    if let known = finds.find(pid, mark) { return add(known, &room, &found) }
    do throws(SystemError) {
      let held = try read(pid, own, room)
      // One that has more than there is room for was not looked at to its end.
      if held.links < room { finds.keep(held, pid, mark, size: held.inodes.count + 1) }
      return add(held, &room, &found)
    } catch {
      return error.isGone ? nil : .denied
    }
  }

  private func add(_ held: Held, _ room: inout Int, _ found: inout [UInt64]) -> Absence? {
    if held.isForeign { return .foreign }
    room -= held.links
    if room <= 0 { return .tooMany }
    found += held.inodes
    return nil
  }

  private func read(_ pid: Int32, _ own: String?, _ limit: Int) throws(SystemError) -> Held {
    var held = Held()
    // A kernel without namespaces of networks has no such link.
    if let own, try Directory.target("\(proc)/\(pid)/ns/net") != own {
      held.isForeign = true
      return held
    }
    held.links = try SocketLinks.list("\(proc)/\(pid)/fd", limit: limit) { held.inodes.append($0) }
    return held
  }

  /// Counts the sockets that were found, by state.
  mutating func count(_ dump: Dump) throws(SystemError) {
    var buffer: [UInt8] = []
    var rows = rows
    try dump(&buffer) { bytes, message in
      if message.count < SocketDump.inetLength { return }
      let state = Int(bytes[message.lowerBound + 1]) - 1
      guard TCPStateTable.states.indices.contains(state) else { return }
      let inode = UInt64(SocketDump.word(bytes, message.lowerBound + 68))
      var place = self.place(of: inode)
      while place < sockets.count, sockets[place].inode == inode {
        rows[sockets[place].row].counts[state] &+= 1
        place += 1
      }
    }
    self.rows = rows
    sockets = []
  }

  /// The first place that is not before an inode's.
  private func place(of inode: UInt64) -> Int {
    var (low, high) = (0, sockets.count)
    while low < high {
      let middle = (low + high) / 2
      if sockets[middle].inode < inode { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
