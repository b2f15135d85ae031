// An address to listen at. Literals and `localhost` only: resolving a name may wait for minutes, and a server listens on
// its own machine.
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

/// An IP address with a port.
package struct ServerAddress: Sendable, CustomStringConvertible {
  private let host: String
  /// Four or sixteen bytes.
  private let bytes: [UInt8]
  let port: UInt16

  /// Nil when the host is neither an IP address nor `localhost`.
  package init?(host: String, port: UInt16) {
    self.host = host == "localhost" ? "127.0.0.1" : host
    self.port = port
    guard let bytes = Self.bytes(self.host, AF_INET, 4) ?? Self.bytes(self.host, AF_INET6, 16) else { return nil }
    self.bytes = bytes
  }

  /// True for an IPv4 address or an IPv6 address without brackets.
  package static func isLiteral(_ text: String) -> Bool {
    ServerAddress(host: text, port: 0) != nil && text != "localhost"
  }

  /// `127.0.0.1:9464`, `[::1]:9464`.
  package var description: String { bytes.count == 4 ? "\(host):\(port)" : "[\(host)]:\(port)" }

  /// True when only this machine can reach it: 127.0.0.0/8, also mapped into IPv6, and ::1.
  package var isLoopback: Bool {
    if bytes.count == 4 { return bytes[0] == 127 }
    let mapped = [UInt8](repeating: 0, count: 10) + [255, 255, 127]
    return bytes.starts(with: mapped) || bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }

  /// AF_INET or AF_INET6.
  var family: Int32 { bytes.count == 4 ? AF_INET : AF_INET6 }

  /// Runs `body` with the kernel's form of the address.
  func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    if bytes.count == 4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      unsafe withUnsafeMutableBytes(of: &address.sin_addr) { unsafe $0.copyBytes(from: bytes) }
      return unsafe Self.rebound(&address, body)
    }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
    return unsafe Self.rebound(&address, body)
  }

  private static func rebound<Address, Result>(
    _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    let length = socklen_t(MemoryLayout<Address>.size)
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  private static func bytes(_ text: String, _ family: Int32, _ count: Int) -> [UInt8]? {
    // C would end the text at a NUL and not see what follows.
    if text.utf8.contains(0) { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    return unsafe inet_pton(family, text, &bytes) == 1 ? bytes : nil
  }
}
