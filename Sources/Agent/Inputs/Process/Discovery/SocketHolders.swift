// Which processes hold a listening socket. Going through all descriptors of a machine is dear, so it is done for sockets
// that are new, in slices, a bounded number of descriptors a tick to the end of a process's; and once a minute for all,
// because a socket may be handed on. A holder is an id and a start time: an id alone comes back as another process.
// SPDX-License-Identifier: Apache-2.0

/// The holders of listening sockets.
struct SocketHolders {
  private struct Search {
    /// The inodes looked for.
    let inodes: Set<UInt64>
    /// The processes that are yet to be looked at.
    var open: [Int32]
    var found: [UInt64: [Int32: UInt64]] = [:]
  }

  private var held: HeldSockets
  private var holders: [UInt64: [Int32: UInt64]] = [:]
  /// When a socket was last searched.
  private var searched: [UInt64: Moment] = [:]
  private var search: Search?

  init(proc: String) { held = HeldSockets(proc: proc) }

  /// Whether a search goes on, so that ``renew(_:_:_:mark:)`` is worth calling soon.
  var isSearching: Bool { search != nil }

  /// The processes that hold a socket, as far as is known.
  func holders(of inode: UInt64) -> [Int32] { holders[inode].map { Array($0.keys) } ?? [] }

  /// Forgets the dead and goes on with the search. `alive` has the processes' start times, `inodes` are the sockets that
  /// listen now, `mark` tells the processes that rest.
  mutating func renew(
    _ alive: [Int32: UInt64], _ inodes: Set<UInt64>, _ now: Moment, mark: (Int32) -> RestMark? = { _ in nil }
  ) {
    for (inode, pids) in holders {
      let left = pids.filter { alive[$0.key] == $0.value }
      holders[inode] = inodes.contains(inode) && !left.isEmpty ? left : nil
      // The last holder is gone, and the socket is not: somebody else has it.
      if left.isEmpty { searched[inode] = nil }
    }
    searched = searched.filter { inodes.contains($0.key) }
    if search == nil { begin(alive, inodes, now) }
    step(alive, mark)
  }

  private mutating func begin(_ alive: [Int32: UInt64], _ inodes: Set<UInt64>, _ now: Moment) {
    let due = inodes.filter { inode in
      searched[inode].map { now.seconds(since: $0) >= Limits.holderRenewSeconds } ?? true
    }
    if due.isEmpty { return }
    for inode in due { searched[inode] = now }
    // The youngest first: what is new is looked for.
    held.begin()
    search = Search(inodes: Set(due), open: alive.keys.sorted())
  }

  private mutating func step(_ alive: [Int32: UInt64], _ mark: (Int32) -> RestMark?) {
    guard var current = search else { return }
    var left = Limits.descriptorsPerSearch
    while left > 0, let pid = current.open.popLast() {
      guard let start = alive[pid] else { continue }
      left -= 1
      left -= held.each(pid, mark(pid)) { inode in
        if current.inodes.contains(inode) { current.found[inode, default: [:]][pid] = start }
      }
    }
    search = current
    if !current.open.isEmpty { return }
    held.end()
    for inode in current.inodes { holders[inode] = current.found[inode] }
    search = nil
  }
}
