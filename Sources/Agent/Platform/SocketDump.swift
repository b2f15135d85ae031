// Asking the kernel for sockets by sock_diag(7): one message asks, the answer comes in as many readings as it takes. The
// kernel walks its tables while we read, so nothing here waits. /proc/net/tcp would have it walk the same tables into
// text, at twenty times the cost. The old request for TCP is used, which has one answer for IPv4 and IPv6: the table of
// connections, which is walked whole whatever is in it, is walked once.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// A question to sock_diag and its answer.
struct SocketDump {
  /// Length of struct nlmsghdr.
  static let headerLength = 16
  /// Length of struct inet_diag_msg.
  static let inetLength = 72
  /// Length of struct unix_diag_msg.
  static let unixLength = 16

  private let request: [UInt8]

  /// TCP sockets over IPv4 and IPv6; bit N of `states` asks for those in state N: struct inet_diag_req.
  static func tcp(states: UInt32) -> SocketDump {
    var payload = [UInt8](repeating: 0, count: 60)
    put(states, at: 52, &payload)
    return SocketDump(type: UInt16(TCPDIAG_GETSOCK), payload)
  }

  /// Unix sockets that listen, with their names and queues: struct unix_diag_req.
  static var listeningUnix: SocketDump {
    var payload = [UInt8](repeating: 0, count: 24)
    payload[0] = UInt8(AF_UNIX)
    put(1 << 10, at: 4, &payload)
    // UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN
    put(0x11, at: 12, &payload)
    return SocketDump(type: UInt16(SOCK_DIAG_BY_FAMILY), payload)
  }

  private static func put(_ value: UInt32, at place: Int, _ bytes: inout [UInt8]) {
    for index in 0..<4 { bytes[place + index] = UInt8(value >> UInt32(8 * index) & 255) }
  }

  /// struct nlmsghdr (length, type, flags, sequence, port) before the payload.
  private init(type: UInt16, _ payload: [UInt8]) {
    var head = [UInt8](repeating: 0, count: SocketDump.headerLength)
    head[0] = UInt8(head.count + payload.count)
    head[4] = UInt8(type & 255)
    // NLM_F_REQUEST | NLM_F_DUMP
    head[6] = 0x01
    head[7] = 0x03
    request = head + payload
  }

  /// Asks, and gives each answer's payload to `each`. `buffer` is for reading into.
  func run(
    _ buffer: inout [UInt8], _ each: (_ bytes: Span<UInt8>, _ message: Range<Int>) -> Void
  ) throws(SystemError) {
    let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try system("socket") { Glibc.socket(AF_NETLINK, type, NETLINK_SOCK_DIAG) })
    _ = try socket.write(request)
    while true {
      buffer.removeAll(keepingCapacity: true)
      if try socket.read(into: &buffer, count: 64 << 10) == 0 { return }
      if try SocketDump.parse(buffer.span, each) { return }
    }
  }

  /// Takes apart what one reading gave; true at the end of the dump.
  static func parse(
    _ bytes: Span<UInt8>, _ each: (_ bytes: Span<UInt8>, _ message: Range<Int>) -> Void
  ) throws(SystemError) -> Bool {
    var start = 0
    while start + headerLength <= bytes.count {
      let length = Int(word(bytes, start))
      let type = UInt16(bytes[start + 4]) | UInt16(bytes[start + 5]) << 8
      // NLMSG_ERROR is 2, NLMSG_DONE 3.
      if length < headerLength || start + length > bytes.count || type == 3 { return true }
      if type == 2 {
        // struct nlmsgerr begins with the negated errno; a kernel without inet_diag answers so.
        let code = length >= headerLength + 4 ? Int32(bitPattern: word(bytes, start + headerLength)) : -EBADMSG
        throw SystemError(call: "sock_diag", subject: "", code: 0 &- code)
      }
      each(bytes, start + headerLength..<start + length)
      start += (length + 3) & ~3
    }
    return false
  }

  /// A number of four bytes in this machine's order, which is little-endian.
  static func word(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
    UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
  }
}
