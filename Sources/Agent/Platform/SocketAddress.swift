// Socket addresses in the kernel's form. The C structures are cast here and nowhere else.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc
import VitalsMetrics

/// IP addresses in text.
enum IPAddress {
  /// The text of an address of 4 or 16 bytes in network order; see inet_ntop(3).
  static func text(_ bytes: [UInt8]) -> String? {
    let family = bytes.count == 4 ? AF_INET : bytes.count == 16 ? AF_INET6 : AF_UNSPEC
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let isAddress = unsafe bytes.withUnsafeBytes { address in
      unsafe inet_ntop(family, address.baseAddress, &text, socklen_t(text.count)) != nil
    }
    if !isAddress { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// An IPv6 address in its shortest form, as `::1` for `0:0:0:0:0:0:0:1`; nil when it is none.
  static func shortest(_ address: String) -> String? {
    var buffer = in6_addr()
    guard address.contains(":"), ServerAddress.isLiteral(address),
      unsafe inet_pton(AF_INET6, address, &buffer) == 1
    else { return nil }
    return text(unsafe withUnsafeBytes(of: buffer) { unsafe Array($0) })
  }
}

/// A socket address and its length.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private var length: socklen_t = 0

  /// AF_INET, AF_INET6 or AF_UNIX.
  var family: Int32 { Int32(storage.ss_family) }

  /// The kernel's form of an address; a host that is no IP literal gives EINVAL from the call that uses it.
  init(_ address: ListenAddress) {
    switch address {
    case .tcp(let host, let port): host.contains(":") ? setIPv6(host, port) : setIPv4(host, port)
    case .unix(let path): setUnix(path)
    }
  }

  /// Runs a call that takes an address.
  func with(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    unsafe withUnsafePointer(to: storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  private mutating func setIPv4(_ host: String, _ port: UInt16) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    unsafe inet_pton(AF_INET, host, &address.sin_addr)
    store(address)
  }

  private mutating func setIPv6(_ host: String, _ port: UInt16) {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
    store(address)
  }

  private mutating func setUnix(_ path: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      for (index, byte) in path.utf8.prefix(room.count - 1).enumerated() { unsafe room[index] = byte }
    }
    store(address)
  }

  private mutating func store<Address>(_ address: Address) {
    length = socklen_t(MemoryLayout<Address>.size)
    unsafe withUnsafeMutableBytes(of: &storage) { room in
      unsafe withUnsafeBytes(of: address) { unsafe room.copyMemory(from: $0) }
    }
  }
}
