// A connected stream socket, of a client that was accepted or of our own command that asks an agent.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// A stream socket, closed with its owner.
final class Connection {
  private let descriptor: FileDescriptor

  /// The number, for epoll.
  var number: Int32 { descriptor.number }

  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Connects; each later read or write then waits at most so long. See socket(7), SO_RCVTIMEO.
  static func connect(_ address: ListenAddress, timeoutSeconds: Int) throws(SystemError) -> Connection {
    let subject = address.description
    let target = SocketAddress(address)
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try system("socket", subject) { Glibc.socket(target.family, type, 0) })
    var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    unsafe setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    try system("connect", subject) { unsafe target.with { unsafe Glibc.connect(socket.number, $0, $1) } }
    return Connection(socket)
  }

  /// Reads what is there, at most `count` bytes, appended to `buffer`; 0 when the peer has finished.
  func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
    try descriptor.read(into: &buffer, count: count)
  }

  /// Writes what the socket takes; how many bytes that were. A peer that has gone is an error, never a signal. What is
  /// to be followed by more at once waits in the kernel, to leave in one packet with it; see send(2), MSG_MORE.
  func write(_ bytes: [UInt8], from start: Int, isMoreToCome: Bool = false) throws(SystemError) -> Int {
    try system("send") {
      unsafe bytes.withUnsafeBytes {
        let flags = Int32(MSG_NOSIGNAL) | (isMoreToCome ? Int32(MSG_MORE) : 0)
        return unsafe send(descriptor.number, $0.baseAddress?.advanced(by: start), bytes.count - start, flags)
      }
    }
  }

  /// Says that nothing more will be written, so that the peer reads to the end before the socket closes.
  func finishWriting() { _ = shutdown(descriptor.number, Int32(SHUT_WR)) }
}

extension SystemError {
  /// More than a named limit allows.
  static let tooLarge = EFBIG
  /// Nobody listens there.
  var isRefused: Bool { code == ECONNREFUSED || code == ENOENT }
  /// The time limit of a wait has passed; for connect(2) the kernel says so in another way. See socket(7), SO_SNDTIMEO.
  var isTimeout: Bool { wouldBlock || code == EINPROGRESS }
  /// No descriptor is left, for this process or for the machine.
  var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM }
}
