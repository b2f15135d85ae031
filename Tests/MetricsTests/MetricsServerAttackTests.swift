// Clients that send slowly, take slowly, say nothing, come in crowds or go without a word. Deadlines are short here; what
// is waited for is the closing of the socket.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Metrics server under attack", .timeLimit(.minutes(2)))
struct MetricsServerAttackTests {
  private let registry = Registry()

  private func start(_ change: (inout MetricsLimits.Server) -> Void = { _ in }) throws -> MetricsServer {
    var limits = MetricsLimits.Server()
    change(&limits)
    return try MetricsServer(registry, port: 0, limits: limits)
  }

  private func connect(_ server: MetricsServer, receiveBuffer: Int32? = nil) throws -> ScrapeTestClient {
    try #require(try ScrapeTestClient(server.port, receiveBuffer: receiveBuffer))
  }

  /// What a well-behaved client is told of connections that were dropped for a reason.
  private func dropped(_ server: MetricsServer, _ reason: String) throws -> String? {
    let client = try connect(server)
    client.get()
    let prefix = "vitals_metrics_server_dropped_connections_total{reason=\"\(reason)\"} "
    return try client.answer().text.split(separator: "\n").first { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }

  /// An exposition that no socket's buffers hold, for as long as it is wanted.
  private final class Large: Collector, Sendable {
    static let bytes = 9_000_000
    private let isWanted = Locked(true)
    private let labels = LabelSet([("a", String(repeating: "x", count: bytes))])

    func end() { isWanted.withLock { $0 = false } }

    func collect(into sink: any SampleSink) {
      if !isWanted.withLock({ $0 }) { return }
      sink.family(MetricFamily("large", .gauge, help: ""))
      sink.sample(labels, 1)
    }
  }

  @Test("Who does not finish a request in time is closed and counted; others do not notice")
  func slowRequest() throws {
    let server = try start { $0.requestSeconds = 0.1 }
    defer { server.stop() }
    let slow = try connect(server)
    slow.send("GET /metrics HTTP/1.1\r\nHost: loc")
    #expect(try dropped(server, "slow_request") == nil)
    #expect(try slow.untilClosed() == 0)
    #expect(try dropped(server, "slow_request") == "1")
  }

  @Test("A drop of bytes now and then does not lengthen the time")
  func slowloris() throws {
    let server = try start { $0.requestSeconds = 0.2 }
    defer { server.stop() }
    let slow = try connect(server)
    let other = try connect(server)
    slow.send("G")
    let begin = ContinuousClock.now
    // Each answer to the other client is a moment that passes without sleeping.
    for _ in 0..<1_000_000 where ContinuousClock.now - begin < .milliseconds(300) {
      slow.send("x")
      other.get()
      #expect(try other.answer().status == 200)
    }
    #expect(try slow.untilClosed() == 0)
    #expect(try dropped(server, "slow_request") == "1")
  }

  @Test("Who does not take the answer in time is closed and counted; others do not notice")
  func slowReader() throws {
    let large = Large()
    registry.register(large)
    let server = try start { $0.responseSeconds = 0.2 }
    defer { server.stop() }
    let slow = try connect(server, receiveBuffer: 1_024)
    slow.get()
    let other = try connect(server)
    // Answered after the slow one's: its answer is under way then.
    other.get("/x")
    #expect(try other.answer().status == 404)
    large.end()
    while try dropped(server, "slow_reader") == nil {}
    #expect(try dropped(server, "slow_reader") == "1")
    #expect(try slow.untilClosed() < Large.bytes)
  }

  @Test("Who is idle for too long is closed, which is nobody's fault")
  func idle() throws {
    let server = try start { $0.idleSeconds = 0.05 }
    defer { server.stop() }
    let client = try connect(server)
    #expect(try client.untilClosed() == 0)
    let other = try connect(server)
    other.get()
    #expect(try !other.answer().text.contains("dropped_connections"))
    try other.untilClosed()
  }

  @Test("Who does not go after the last answer is closed")
  func linger() throws {
    let server = try start { $0.lingerSeconds = 0.05 }
    defer { server.stop() }
    let client = try connect(server)
    client.get(headers: "Connection: close\r\n")
    #expect(try client.answer().status == 200)
    try client.untilClosed()
    client.send("GET /metrics HTTP/1.1\r\n")
    #expect(try dropped(server, "slow_request") == nil)
  }

  @Test("For one client too many the longest idle one goes")
  func evicted() throws {
    let server = try start { $0.connections = 2 }
    defer { server.stop() }
    let first = try connect(server)
    let second = try connect(server)
    for client in [first, second] {
      client.get()
      _ = try client.answer()
    }
    let third = try connect(server)
    third.get()
    #expect(try third.answer().status == 200)
    #expect(try first.untilClosed() == 0)
    second.get()
    #expect(try second.answer().status == 200)
  }

  @Test("When all clients are at work one too many is told so")
  func full() throws {
    let server = try start { $0.connections = 2 }
    defer { server.stop() }
    let first = try connect(server)
    let second = try connect(server)
    for client in [first, second] {
      client.get()
      _ = try client.answer()
      client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n")
    }
    // Both requests have begun once a third client finds no room; before that it takes an idle one's place.
    let third = try connect(server)
    third.get()
    #expect(try third.answer().status == 503)
    for client in [first, second] {
      client.send("\r\n")
      #expect(try client.answer().status == 200)
    }
    first.get()
    #expect(try first.answer().text.contains(#"dropped_connections_total{reason="full"} 1"#))
  }

  @Test("Who goes in the middle of an answer raises no signal, and the next is served")
  func gone() throws {
    let large = Large()
    registry.register(large)
    let server = try start()
    defer { server.stop() }
    for _ in 0..<20 {
      let client = try connect(server)
      for _ in 0..<3 { client.get() }
      client.resetOnClose()
    }
    large.end()
    let client = try connect(server)
    client.get()
    #expect(try client.answer().status == 200)
  }

  @Test("A flood of requests that are never read takes no more than its own buffers and shuts nobody out")
  func flood() throws {
    let server = try start()
    defer { server.stop() }
    let flooder = try connect(server)
    let requests = String(repeating: "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 1_000)
    for _ in 0..<20 { flooder.send(requests) }
    let client = try connect(server)
    for _ in 0..<20 {
      client.get()
      #expect(try client.answer().status == 200)
    }
  }

  @Test("Noise is refused or dropped, and the server goes on", arguments: 0..<8)
  func noise(_ seed: UInt64) throws {
    let server = try start { $0.requestSeconds = 0.05 }
    defer { server.stop() }
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    for _ in 0..<25 {
      let client = try connect(server)
      var bytes = Array("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n".utf8)
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      client.send(bytes)
      client.box.socket.finishWriting()
      try client.untilClosed()
    }
    let client = try connect(server)
    client.get()
    #expect(try client.answer().status == 200)
  }
}
