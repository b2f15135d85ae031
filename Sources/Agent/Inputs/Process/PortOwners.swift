// Who listens on a port: the socket's inode by sock_diag, then the processes that hold it, by their descriptors. Dear, so
// it is searched when an owner is missing and not more often than every few seconds.
// SPDX-License-Identifier: Apache-2.0

/// The processes that listen on the watched ports.
struct PortOwners {
  private let proc: String
  private let ports: [UInt16]
  private var owners: [UInt16: Set<Int32>] = [:]
  private var lastSearch: Moment?

  init(proc: String, watches: [Watch]) {
    self.proc = proc
    ports = watches.compactMap { if case .port(let port) = $0.match { port } else { nil } }
  }

  /// The owners of a port that are known now.
  func owners(of port: UInt16) -> Set<Int32> { owners[port] ?? [] }

  /// Forgets the dead, and searches where nobody is left.
  mutating func renew(_ alive: Set<Int32>, _ now: Moment) {
    for port in ports { owners[port]?.formIntersection(alive) }
    let isMissing = ports.contains { owners[$0]?.isEmpty ?? true }
    if !isMissing { return }
    if let lastSearch, now.seconds(since: lastSearch) < Limits.portSearchSeconds { return }
    lastSearch = now
    for port in ports {
      guard let inodes = try? ListeningSockets.inodes(port: port), !inodes.isEmpty else { continue }
      let links = Set(inodes.map { "socket:[\($0)]" })
      owners[port] = alive.filter { holds($0, links) }
    }
  }

  private func holds(_ pid: Int32, _ links: Set<String>) -> Bool {
    let directory = "\(proc)/\(pid)/fd"
    guard let descriptors = try? Directory.numbers(directory) else { return false }
    return descriptors.contains { number in
      (try? Directory.target("\(directory)/\(number)")).map { links.contains($0) } ?? false
    }
  }
}
