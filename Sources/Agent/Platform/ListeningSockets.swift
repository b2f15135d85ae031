// Which sockets listen on a port, by sock_diag(7): /proc/net/tcp walks the kernel's whole table of connections and costs
// milliseconds on an idle machine; a netlink dump of the listening ones costs some thirty microseconds.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// The listening TCP sockets of our network namespace.
enum ListeningSockets {
  /// The inodes of the sockets that listen on `port`, over IPv4 and IPv6.
  static func inodes(port: UInt16) throws(SystemError) -> Set<UInt32> {
    var inodes: Set<UInt32> = []
    for family in [AF_INET, AF_INET6] {
      for (found, inode) in try dump(UInt8(family)) where found == port { inodes.insert(inode) }
    }
    return inodes
  }

  private static let headerLength = 16

  private static func dump(_ family: UInt8) throws(SystemError) -> [(port: UInt16, inode: UInt32)] {
    let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try system("socket") { Glibc.socket(AF_NETLINK, type, NETLINK_SOCK_DIAG) })
    _ = try socket.write(request(family))
    var found: [(port: UInt16, inode: UInt32)] = []
    while true {
      var answer: [UInt8] = []
      if try socket.read(into: &answer, count: 64 << 10) == 0 { return found }
      if try parse(answer, &found) { return found }
    }
  }

  /// struct nlmsghdr (length, type, flags, sequence, port) and struct inet_diag_req_v2 (family, protocol, states).
  private static func request(_ family: UInt8) -> [UInt8] {
    let length = 16 + 56
    var bytes = [UInt8](repeating: 0, count: length)
    bytes[0] = UInt8(length)
    bytes[4] = UInt8(SOCK_DIAG_BY_FAMILY)
    // NLM_F_REQUEST | NLM_F_DUMP
    bytes[6] = 0x01
    bytes[7] = 0x03
    bytes[16] = family
    bytes[17] = UInt8(IPPROTO_TCP)
    // The bit of TCP_LISTEN, state 10.
    bytes[21] = UInt8(1 << (10 - 8))
    return bytes
  }

  /// Takes port and inode out of each struct inet_diag_msg; true at the end of the dump.
  static func parse(
    _ bytes: [UInt8], _ found: inout [(port: UInt16, inode: UInt32)]
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
      let message = start + headerLength
      // The port stands in network order behind four bytes; the inode is the last field of 72 bytes.
      if length >= headerLength + 72 {
        let port = UInt16(bytes[message + 4]) << 8 | UInt16(bytes[message + 5])
        found.append((port, word(bytes, message + 68)))
      }
      start += (length + 3) & ~3
    }
    return false
  }

  private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
  }
}
