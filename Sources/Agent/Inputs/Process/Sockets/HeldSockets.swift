// The sockets that processes hold, by the links in /proc/PID/fd, the only way there is without rights of root. Going
// through the descriptors of all processes is dear, and most of them rest: what one held that has not run, it holds.
// SPDX-License-Identifier: Apache-2.0

/// Looks up the sockets of processes.
struct HeldSockets {
  private let proc: String
  private var finds = RestFinds<[UInt64]>()

  /// Remembers nothing yet.
  init(proc: String) { self.proc = proc }

  /// Begins a search among all processes.
  mutating func begin() { finds.begin() }

  /// Calls `take` with the inode of each socket of a process, whose mark was taken before; how many descriptors were
  /// looked at.
  mutating func each(_ pid: Int32, _ mark: RestMark?, _ take: (UInt64) -> Void) -> Int {
    if let known = finds.find(pid, mark) {
      for inode in known { take(inode) }
      return 0
    }
    var inodes: [UInt64] = []
    let links = SocketLinks.each("\(proc)/\(pid)/fd") { inodes.append($0) }
    finds.keep(inodes, pid, mark, size: inodes.count + 1)
    for inode in inodes { take(inode) }
    return links
  }

  /// Ends a search: forgets the processes that were not in it.
  mutating func end() { finds.end() }
}
