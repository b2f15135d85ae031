// A socket that accepts. A Unix socket's file outlives a killed agent, so one that nobody answers at is replaced; one
// that somebody answers at is in use.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// A listening socket, closed (and its file removed) with its owner.
final class Listener {
  /// Where it listens; the port is the real one when 0 was asked for.
  let address: ListenAddress
  private let descriptor: FileDescriptor
  /// Which file a Unix socket made; nil for other sockets. Its inode's number is not used again while the socket is open.
  private let file: FileIdentity?

  /// The number, for epoll.
  var number: Int32 { descriptor.number }

  init(_ wanted: ListenAddress) throws(SystemError) {
    let subject = wanted.description
    let target = SocketAddress(wanted)
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try system("socket", subject) { Glibc.socket(target.family, type, 0) })
    if case .unix(let path) = wanted {
      if !Listener.isDeserted(wanted) { throw SystemError(call: "listen on", subject: subject, code: EADDRINUSE) }
      Listener.removeSocket(path)
    } else {
      var yes: Int32 = 1
      unsafe setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    }
    try system("listen on", subject) { unsafe target.with { unsafe Glibc.bind(socket.number, $0, $1) } }
    try system("listen on", subject) { Glibc.listen(socket.number, 128) }
    address = Listener.actual(wanted, socket.number)
    file = if case .unix(let path) = wanted { Listener.socketFile(path) } else { nil }
    descriptor = socket
  }

  deinit { removeFile() }

  /// Removes a Unix socket's file, unless another one has taken its place: that is another server's.
  func removeFile() {
    guard case .unix(let path) = address, let file, Listener.socketFile(path) == file else { return }
    Listener.removeSocket(path)
  }

  /// The next connection, or nil when none waits. See accept4(2).
  func accept() throws(SystemError) -> Connection? {
    let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    do throws(SystemError) {
      let number = try system("accept") { accept4(descriptor.number, nil, nil, flags) }
      return Connection(FileDescriptor(owning: number))
    } catch {
      // A client that has gone before it was accepted is none.
      if error.wouldBlock || error.code == ECONNABORTED { return nil }
      throw error
    }
  }

  /// Whether nobody answers at a Unix socket's path. One whose queue is full, or that we may not speak to, has an owner.
  private static func isDeserted(_ address: ListenAddress) -> Bool {
    do {
      _ = try Connection.connect(address, timeoutSeconds: 1)
      return false
    } catch {
      return error.isRefused
    }
  }

  private static func removeSocket(_ path: String) {
    if socketFile(path) != nil { _ = unsafe unlink(path) }
  }

  /// Which file a path is; nil when it is no socket.
  private static func socketFile(_ path: String) -> FileIdentity? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), birth: 0)
  }

  private static func actual(_ wanted: ListenAddress, _ number: Int32) -> ListenAddress {
    guard case .tcp(let host, 0) = wanted else { return wanted }
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = unsafe getsockname(number, $0, &length) }
    }
    // The port stands at the same place in both families' structures.
    return .tcp(host: host, port: UInt16(bigEndian: address.sin6_port))
  }
}
