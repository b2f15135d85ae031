// A connected stream socket. Nothing here waits: what cannot be done now is tried again when poll(2) says so. Writing to a
// peer that has gone is an error and never SIGPIPE, which would end the host.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no C library known on this platform")
#endif

/// A stream socket, closed with its owner.
struct StreamSocket: ~Copyable, Sendable {
  /// What a read or a write came to.
  enum Progress: Equatable {
    case bytes(Int)
    /// Not now.
    case later
    /// The peer has finished, or the connection is broken.
    case ended
  }

  private let descriptor: Descriptor

  /// Takes over a connected socket; nil when it cannot be made to return at once.
  init?(_ descriptor: consuming Descriptor) {
    if !descriptor.prepare() { return nil }
    #if canImport(Darwin)
      var yes: Int32 = 1
      unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
    #endif
    self.descriptor = descriptor
  }

  /// Two sockets that are connected with each other, so that one thread can wake another. See socketpair(2).
  static func pair() throws(SystemFailure) -> (near: StreamSocketBox, far: StreamSocketBox) {
    var numbers: [Int32] = [-1, -1]
    if unsafe socketpair(AF_UNIX, Descriptor.streamType, 0, &numbers) != 0 { throw SystemFailure(code: errno) }
    let first = Descriptor(owning: numbers[0])
    let second = Descriptor(owning: numbers[1])
    guard let near = StreamSocket(first), let far = StreamSocket(second) else { throw SystemFailure(code: EINVAL) }
    return (StreamSocketBox(near), StreamSocketBox(far))
  }

  /// The number, for poll(2).
  var number: Int32 { descriptor.number }

  /// Reads what is there, at most `count` bytes, appended to `buffer`. See recv(2).
  func read(into buffer: inout [UInt8], count: Int) -> Progress {
    var chunk = [UInt8](repeating: 0, count: min(count, MetricsLimits.Server.readBytes))
    let got = unsafe chunk.withUnsafeMutableBytes { unsafe recv(number, $0.baseAddress, $0.count, 0) }
    let progress = Self.progress(got)
    if case .bytes(let got) = progress { buffer.append(contentsOf: chunk.prefix(got)) }
    return progress == .bytes(0) ? .ended : progress
  }

  /// Writes what the socket takes of `bytes`, from `start` on. See send(2).
  func write(_ bytes: [UInt8], from start: Int = 0) -> Progress {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    let sent = unsafe bytes.withUnsafeBytes {
      unsafe send(number, $0.baseAddress?.advanced(by: start), bytes.count - start, flags)
    }
    return Self.progress(sent)
  }

  /// Says that nothing more will be written, so that the peer reads to the end before the socket closes.
  func finishWriting() { _ = shutdown(number, Int32(SHUT_WR)) }

  private static func progress(_ result: Int) -> Progress {
    if result >= 0 { return .bytes(result) }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .later : .ended
  }
}
