// A socket that accepts connections. It never waits: poll(2) says when there is one.
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

/// A listening TCP socket, closed with its owner.
struct ListeningSocket: ~Copyable, Sendable {
  /// What accepting came to.
  enum Acceptance {
    case connection(StreamSocketBox)
    case none
    /// The process, or the machine, has no descriptor left.
    case exhausted
  }

  private let descriptor: Descriptor
  /// The real port, when 0 was asked for.
  let port: UInt16

  /// Listens at an address; a port of 0 lets the kernel choose.
  init(_ address: ServerAddress) throws(MetricsServerError) {
    let number = socket(address.family, Descriptor.streamType, 0)
    if number < 0 { throw Self.error("socket", address) }
    let descriptor = Descriptor(owning: number)
    var yes: Int32 = 1
    // Without it, connections of the server's last run that are still timing out would keep the port.
    unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    if !descriptor.prepare() { throw Self.error("fcntl", address) }
    if unsafe address.with({ unsafe bind(number, $0, $1) }) != 0 { throw Self.error("bind", address) }
    if listen(number, MetricsLimits.Server.backlog) != 0 { throw Self.error("listen", address) }
    port = address.port == 0 ? Self.port(of: number) : address.port
    self.descriptor = descriptor
  }

  /// Ends the listening also where a forked child has the socket: closing alone would leave it the port.
  deinit { _ = shutdown(descriptor.number, Int32(SHUT_RDWR)) }

  /// The number, for poll(2).
  var number: Int32 { descriptor.number }

  /// The next connection. See accept(2).
  func accept() -> Acceptance {
    #if canImport(Glibc)
      let number = Glibc.accept(descriptor.number, nil, nil)
    #elseif canImport(Musl)
      let number = Musl.accept(descriptor.number, nil, nil)
    #else
      let number = Darwin.accept(descriptor.number, nil, nil)
    #endif
    if number < 0 {
      return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .exhausted : .none
    }
    guard let socket = StreamSocket(Descriptor(owning: number)) else { return .none }
    return .connection(StreamSocketBox(socket))
  }

  private static func error(_ call: String, _ address: ServerAddress) -> MetricsServerError {
    switch errno {
    case EADDRINUSE: .portInUse(address: address.description)
    case EACCES, EPERM: .denied(address: address.description)
    case EADDRNOTAVAIL: .noSuchAddress(address.description)
    case let code: .failed(call: call, address: address.description, code: code)
    }
  }

  /// The port stands at the same place in the structures of both families.
  private static func port(of number: Int32) -> UInt16 {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = unsafe getsockname(number, $0, &length) }
    }
    return UInt16(bigEndian: address.sin6_port)
  }
}
