// Which sockets listen, on which address, and how many connections wait there to be accepted, by sock_diag(7): /proc/net/tcp
// walks the kernel's whole table of connections and costs milliseconds on an idle machine; a netlink dump of the listening
// ones costs some thirty microseconds. Addresses stay bytes here: a text for each at each look would cost more than the
// look.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The listening sockets of our network namespace.
enum ListeningSockets {
  /// A socket in a dump; the ranges are of the dump's bytes.
  struct Found {
    /// What tells its address from others: family, port and address; for a unix socket its name.
    let key: Range<Int>
    /// Connections that are established and not yet accepted.
    let waiting: UInt32
    /// How many may be: the smaller of listen(2)'s backlog and net.core.somaxconn.
    let limit: UInt32
  }

  /// The inodes of the sockets that listen on `port`, over IPv4 and IPv6.
  static func inodes(port: UInt16) throws(SystemError) -> Set<UInt32> {
    var inodes: Set<UInt32> = []
    var buffer: [UInt8] = []
    try listening.run(&buffer) { bytes, message in
      if message.count >= SocketDump.inetLength, self.port(bytes, message) == port {
        inodes.insert(SocketDump.word(bytes, message.lowerBound + 68))
      }
    }
    return inodes
  }

  /// The inodes of all sockets that listen, on TCP and on unix sockets. `buffer` is for reading into.
  static func inodes(_ buffer: inout [UInt8]) throws(SystemError) -> (tcp: Set<UInt64>, local: Set<UInt64>) {
    var tcp: Set<UInt64> = []
    try listening.run(&buffer) { bytes, message in
      guard message.count >= SocketDump.inetLength else { return }
      tcp.insert(UInt64(SocketDump.word(bytes, message.lowerBound + 68)))
    }
    var local: Set<UInt64> = []
    try SocketDump.listeningUnix.run(&buffer) { bytes, message in
      // The inode follows family, type, state and a pad of a byte each.
      guard message.count >= SocketDump.unixLength else { return }
      local.insert(UInt64(SocketDump.word(bytes, message.lowerBound + 4)))
    }
    return (tcp, local)
  }

  /// All TCP sockets that listen. `buffer` is for reading into.
  static func tcp(_ buffer: inout [UInt8], _ each: (Span<UInt8>, Found) -> Void) throws(SystemError) {
    try listening.run(&buffer) { bytes, message in if let found = tcp(bytes, message) { each(bytes, found) } }
  }

  /// All unix sockets that listen and have a name.
  static func unix(_ buffer: inout [UInt8], _ each: (Span<UInt8>, Found) -> Void) throws(SystemError) {
    try SocketDump.listeningUnix.run(&buffer) { bytes, message in
      if let found = unix(bytes, message) { each(bytes, found) }
    }
  }

  // TCP_LISTEN is state 10.
  private static var listening: SocketDump { SocketDump.tcp(states: 1 << 10) }

  /// struct inet_diag_msg: family, state, timer, retries, both ports, both addresses, …, queues at 56 and 60. Timer and
  /// retries of a listening socket are 0, so that what stands before its peer's address is its key.
  static func tcp(_ bytes: Span<UInt8>, _ message: Range<Int>) -> Found? {
    if message.count < SocketDump.inetLength { return nil }
    let start = message.lowerBound
    return Found(
      key: start..<start + 24, waiting: SocketDump.word(bytes, start + 56), limit: SocketDump.word(bytes, start + 60))
  }

  /// struct unix_diag_msg, then attributes of two bytes of length and two of type each: 0 the name, 4 the queues.
  static func unix(_ bytes: Span<UInt8>, _ message: Range<Int>) -> Found? {
    var start = message.lowerBound + SocketDump.unixLength
    var name: Range<Int>?
    var queues: (waiting: UInt32, limit: UInt32)?
    while start + 4 <= message.upperBound {
      let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
      if length < 4 || start + length > message.upperBound { return nil }
      switch bytes[start + 2] {
      case 0: name = start + 4..<start + length
      case 4 where length >= 12: queues = (SocketDump.word(bytes, start + 4), SocketDump.word(bytes, start + 8))
      default: break
      }
      start += (length + 3) & ~3
    }
    guard let name, !name.isEmpty, let queues else { return nil }
    return Found(key: name, waiting: queues.waiting, limit: queues.limit)
  }

  /// The port and the address of a TCP socket's key.
  static func address(_ key: [UInt8]) -> (host: String, port: UInt16)? {
    guard key.count == 24, let host = IPAddress.text(Array(key[8..<(Int32(key[0]) == AF_INET ? 12 : 24)])) else {
      return nil
    }
    return (host, UInt16(key[4]) << 8 | UInt16(key[5]))
  }

  /// The name of a unix socket: a path, which may end with a zero, or behind `@` a name of no file.
  static func name(_ key: [UInt8]) -> String {
    if key.first == 0 {
      return "@" + String(decoding: key.dropFirst().map { $0 == 0 ? UInt8(ascii: "@") : $0 }, as: UTF8.self)
    }
    return String(decoding: key.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func port(_ bytes: Span<UInt8>, _ message: Range<Int>) -> UInt16 {
    UInt16(bytes[message.lowerBound + 4]) << 8 | UInt16(bytes[message.lowerBound + 5])
  }
}
