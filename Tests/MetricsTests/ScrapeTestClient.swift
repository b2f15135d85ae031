// A client of the metrics server that can also misbehave. Every wait has a deadline.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A connection to a server on this machine.
final class ScrapeTestClient {
  struct Answer {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private static let seconds = 20

  let box: StreamSocketBox
  private var received: [UInt8] = []
  private var hasEnded = false
  /// Bytes of the answer that is being read, once its head has told.
  private var expected = 0

  /// Connects; nil when nobody listens. A small receive buffer makes a client that takes little.
  init?(_ port: UInt16, host: String = "127.0.0.1", receiveBuffer: Int32? = nil) throws {
    let address = try #require(ServerAddress(host: host, port: port))
    let descriptor = Descriptor(owning: socket(address.family, Descriptor.streamType, 0))
    if var receiveBuffer {
      unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
    }
    let number = descriptor.number
    guard unsafe address.with({ unsafe connect(number, $0, $1) }) == 0 else { return nil }
    guard let socket = StreamSocket(descriptor) else { return nil }
    box = StreamSocketBox(socket)
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) { _ = box.socket.write(bytes) }

  func get(_ path: String = "/metrics", headers: String = "") {
    send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
  }

  /// Makes the next close a reset.
  func resetOnClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(box.socket.number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
  }

  /// The next whole answer.
  func answer(toHead: Bool = false) throws -> Answer {
    var answer: Answer?
    try wait("an answer") {
      answer = take(toHead: toHead)
      return answer != nil
    }
    return try #require(answer)
  }

  /// Reads until the server has closed; how many bytes came before.
  @discardableResult
  func untilClosed() throws -> Int {
    try wait("the end of the connection") { hasEnded }
    return received.count
  }

  private func wait(_ what: String, until isDone: () -> Bool) throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(Self.seconds))
    while !isDone() {
      try #require(!hasEnded, "the server closed instead of \(what): \(String(decoding: received, as: UTF8.self))")
      try #require(ContinuousClock.now < deadline, "not in time: \(what)")
      var poll = PollSet()
      let place = poll.add(box.socket.number)
      poll.wait(milliseconds: 1_000)
      if poll.isReady(place) { hasEnded = box.socket.read(into: &received, count: .max) == .ended }
    }
  }

  private func take(toHead: Bool) -> Answer? {
    if received.count < expected { return nil }
    let head = received.prefix(2_048)
    guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)).map({ $0.upperBound - 1 }) else { return nil }
    var lines = String(decoding: received[...end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
    var headers: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = String(parts[1].dropFirst())
    }
    let length = toHead ? 0 : Int(headers["content-length"] ?? "") ?? 0
    expected = end + 1 + length
    if received.count < expected { return nil }
    defer { expected = 0 }
    let body = Array(received[(end + 1)..<(end + 1 + length)])
    received.removeFirst(end + 1 + length)
    return Answer(status: status, headers: headers, body: body)
  }
}
