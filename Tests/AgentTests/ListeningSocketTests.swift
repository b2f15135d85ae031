import Foundation
import Testing

@testable import VitalsAgent

@Suite("Who listens on a port")
struct ListeningSocketTests {
  /// A message of a dump: its type and payload.
  private static func message(_ type: UInt8, _ payload: [UInt8], length: Int? = nil) -> [UInt8] {
    let length = length ?? 16 + payload.count
    return [UInt8(length & 255), UInt8(length >> 8), 0, 0, type] + [UInt8](repeating: 0, count: 11) + payload
  }

  /// struct inet_diag_msg.
  private static func socket(port: UInt16, inode: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 72)
    bytes[0] = UInt8(AF_INET)
    bytes[4] = UInt8(port >> 8)
    bytes[5] = UInt8(port & 255)
    bytes[68] = inode
    return message(20, bytes)
  }

  @Test(
    "Answers of the kernel",
    arguments: [
      ("nothing", [], [], false),
      ("a cut head", [16, 0, 0, 0, 20], [], false),
      ("a length of nothing", message(20, [], length: 0), [], true),
      ("a length past the end", message(20, [], length: 200), [], true),
      ("a message that is too short", message(20, [UInt8](repeating: 1, count: 71)), [], false),
      ("the end", message(3, [0, 0, 0, 0]), [], true),
      (
        "sockets and the end", socket(port: 80, inode: 5) + socket(port: 8_080, inode: 6) + message(3, []),
        ["80 5", "8080 6"], true
      ),
      ("more to come", socket(port: 65_535, inode: 5), ["65535 5"], false),
    ] as [(String, [UInt8], [String], Bool)])
  func answers(what: String, bytes: [UInt8], wanted: [String], ends: Bool) throws {
    var found: [String] = []
    let isOver = try SocketDump.parse(bytes.span) { bytes, message in
      guard let one = ListeningSockets.tcp(bytes, message) else { return }
      let port = ListeningSockets.address(bytes.array(one.key))?.port ?? 0
      found.append("\(port) \(SocketDump.word(bytes, message.lowerBound + 68))")
    }
    #expect(isOver == ends)
    #expect(found == wanted)
  }

  @Test(
    "A kernel that refuses says why", arguments: [([254, 255, 255, 255], ENOENT), ([], EBADMSG)] as [([UInt8], Int32)])
  func refusal(payload: [UInt8], code: Int32) {
    let error = #expect(throws: SystemError.self) {
      _ = try SocketDump.parse(Self.message(2, payload).span) { _, _ in }
    }
    #expect(error?.code == code)
  }

  /// A listening socket of this process on a port that the kernel picks.
  private func listen() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let done = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, length) == 0 && Foundation.listen(descriptor, 1) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    try #require(done)
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  @Test("A socket of this process is found, its owner too, and both are gone when it is closed")
  func real() throws {
    let (descriptor, port) = try listen()
    let pid = getpid()
    #expect(try ListeningSockets.inodes(port: port).count == 1)
    let watch = Watch(service: "api", match: .port(port))
    var owners = PortOwners(proc: "/proc", watches: [watch])
    var now = Moment(boot: 0, real: 0)
    owners.renew([pid: 1, 1: 1], now) { _, message, _ in Issue.record("\(message)") }
    #expect(owners.owners(of: port) == [pid])
    // The same id with another start time is another process: it is searched anew, seconds later.
    close(descriptor)
    owners.renew([pid: 2], now) { _, _, _ in }
    #expect(owners.owners(of: port).isEmpty)
    now.boot += 10_000_000_000
    owners.renew([pid: 2], now) { _, _, _ in }
    #expect(owners.owners(of: port).isEmpty)
    #expect(try ListeningSockets.inodes(port: port).isEmpty)
  }

  @Test("A port whose owner may not be seen is said, so is a kernel that does not answer; the search has its pause")
  func silent() throws {
    let tree = try ProcTree()
    let watch = Watch(service: "api", match: .port(80))
    var said: [String] = []
    var asked = 0
    var owners = PortOwners(proc: tree.paths.proc, watches: [watch]) { (_) throws(SystemError) in
      asked += 1
      if asked > 1 { throw SystemError(call: "sock_diag", subject: "", code: ENOENT) }
      return [7]
    }
    var now = tree.now
    for _ in 0..<4 {
      owners.renew([5: 1], now) {
        said.append("\($0) \($1)"); _ = $2
      }
    }
    #expect(asked == 1)
    now.boot += UInt64(Limits.portSearchSeconds * 1e9)
    owners.renew([5: 1], now) {
      said.append("\($0) \($1)"); _ = $2
    }
    #expect(
      said == [
        "port/80 a watched port is open and its process may not be seen", "sockets listening sockets cannot be listed",
      ])
    #expect(owners.owners(of: 80).isEmpty)
    #expect(owners.owners(of: 81).isEmpty)
  }

  @Test("All holders of a listening socket are its owners; the search goes on when all are gone")
  func holders() throws {
    let tree = try ProcTree()
    try tree.link("5/fd/3", to: "socket:[7]")
    try tree.link("6/fd/900000000", to: "socket:[7]")
    try tree.link("8/fd/3", to: "socket:[77]")
    try tree.link("9/fd/3", to: "pipe:[7]")
    var owners = PortOwners(proc: tree.paths.proc, watches: [Watch(service: "api", match: .port(80))]) {
      (_) throws(SystemError) in [7]
    }
    var now = tree.now
    let all: [Int32: UInt64] = [5: 1, 6: 1, 8: 1, 9: 1, 10: 1]
    owners.renew(all, now) { _, _, _ in }
    #expect(owners.owners(of: 80) == [5, 6])
    owners.renew([6: 1, 8: 1], now) { _, _, _ in }
    #expect(owners.owners(of: 80) == [6])
    // Another one joins: it is seen by the search that comes once a minute.
    try tree.link("10/fd/4", to: "socket:[7]")
    now.boot += 10_000_000_000
    owners.renew(all, now) { _, _, _ in }
    #expect(owners.owners(of: 80) == [6])
    now.boot += 60_000_000_000
    owners.renew(all, now) { _, _, _ in }
    #expect(owners.owners(of: 80) == [5, 6, 10])
    try tree.link("8/fd/4", to: "socket:[7]")
    now.boot += 60_000_000_000
    owners.renew([6: 2, 8: 1], now) { _, _, _ in }
    #expect(owners.owners(of: 80) == [6, 8])
  }
}
