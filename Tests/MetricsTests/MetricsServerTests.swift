// The server over real sockets: what it answers, where it listens, and how it ends.
// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Testing

@testable import VitalsMetrics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Metrics server", .timeLimit(.minutes(2)))
struct MetricsServerTests {
  private let registry = Registry()

  private func start() throws -> MetricsServer {
    try registry.counter("requests_total", help: "Requests.").increment()
    return try MetricsServer(registry, port: 0)
  }

  private func connect(_ server: MetricsServer) throws -> ScrapeTestClient {
    try #require(try ScrapeTestClient(server.port))
  }

  @Test("A scrape gets the registry's exposition, in the format that it asks for")
  func scrape() throws {
    let server = try start()
    defer { server.stop() }
    let client = try connect(server)
    client.get()
    let text = try client.answer()
    #expect(text.status == 200)
    #expect(text.body == registry.exposition())
    #expect(text.headers["content-type"] == ExpositionFormat.text.contentType)
    #expect(text.headers["date"]?.hasSuffix(" GMT") == true)
    client.get(headers: "Accept: text/html\r\nAccept: application/openmetrics-text;version=1.0.0\r\n")
    let openMetrics = try client.answer()
    #expect(openMetrics.text.hasSuffix("# EOF\n"))
    #expect(openMetrics.headers["content-type"] == ExpositionFormat.openMetrics.contentType)
  }

  @Test("HEAD gets the headers of GET and no body, on a connection that lives on")
  func head() throws {
    let server = try start()
    defer { server.stop() }
    let client = try connect(server)
    client.send("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let answer = try client.answer(toHead: true)
    #expect(answer.headers["content-length"] == String(registry.exposition().count))
    client.get()
    #expect(try client.answer().status == 200)
  }

  struct Asked: Sendable, CustomTestStringConvertible {
    let request: String
    let status: Int
    let closes: Bool
    var testDescription: String { "\(status) \(request.debugDescription.prefix(60))" }

    init(_ request: String, _ status: Int, closes: Bool = false) {
      self.request = request
      self.status = status
      self.closes = closes
    }
  }

  @Test(
    "What is not a scrape is refused",
    arguments: [
      Asked("GET /metrics?name[]=a HTTP/1.1\r\nhost:LOCALHOST:9464\r\n\r\n", 200),
      Asked("GET http://localhost/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
      Asked("GET /metrics HTTP/1.0\r\n\r\n", 200, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: x, Close\r\n\r\n", 200, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 200),
      Asked("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
      Asked("GET /metrics/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
      Asked("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405),
      Asked("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
      Asked("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n", 413, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", 501, closes: true),
      Asked("GET /metrics HTTP/1.1\r\n\r\n", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, closes: true),
      Asked("GET /metrics HTTP/2.0\r\nHost: localhost\r\n\r\n", 505, closes: true),
      Asked("GET  /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, closes: true),
      Asked("GET metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\nHost: localhost\n\n", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nHost: local\u{1}host\r\n\r\n", 400, closes: true),
      Asked("GET /metrics\u{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, closes: true),
      Asked("\r\n\r\n", 400, closes: true),
      Asked("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", 400, closes: true),
      Asked("GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: 9_000), 431, closes: true),
    ])
  func asked(_ asked: Asked) throws {
    let server = try start()
    defer { server.stop() }
    let client = try connect(server)
    client.send(asked.request)
    let answer = try client.answer()
    #expect(answer.status == asked.status, "\(answer.text)")
    #expect((answer.headers["connection"] == "close") == asked.closes)
    #expect((answer.headers["allow"] != nil) == (asked.status == 405))
    if asked.closes {
      try client.untilClosed()
    } else {
      client.get()
      #expect(try client.answer().status == 200)
    }
    if asked.status != 200 {
      let other = try connect(server)
      other.get()
      #expect(
        try other.answer().text.contains("vitals_metrics_server_refused_requests_total{code=\"\(asked.status)\"} 1\n"))
    }
  }

  @Test("Requests that come at once are answered in order, and one that comes byte by byte too")
  func pieces() throws {
    let server = try start()
    defer { server.stop() }
    let client = try connect(server)
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    client.send(request + request.replacing("/metrics", with: "/x") + request)
    #expect(try [client.answer().status, client.answer().status, client.answer().status] == [200, 404, 200])
    for byte in request.utf8 { client.send([byte]) }
    #expect(try client.answer().status == 200)
  }

  @Test("A client that has sent its last gets its answers")
  func halfClosed() throws {
    let server = try start()
    defer { server.stop() }
    let client = try connect(server)
    client.get()
    client.get("/x")
    client.box.socket.finishWriting()
    #expect(try [client.answer().status, client.answer().status] == [200, 404])
    try client.untilClosed()
  }

  @Test("A port that is in use, a host that is none and an address of others are told apart")
  func errors() throws {
    let server = try start()
    defer { server.stop() }
    #expect(throws: MetricsServerError.portInUse(address: "127.0.0.1:\(server.port)")) {
      try MetricsServer(registry, port: server.port)
    }
    #expect(throws: MetricsServerError.invalidHost("example.org")) { try MetricsServer(registry, host: "example.org") }
    #expect(throws: MetricsServerError.noSuchAddress("192.0.2.1:0")) {
      try MetricsServer(registry, host: "192.0.2.1", port: 0)
    }
    #expect(MetricsServerError.portInUse(address: "127.0.0.1:1").description.contains("127.0.0.1:1"))
  }

  @Test("It listens where it is told", arguments: ["127.0.0.1", "localhost", "0.0.0.0", "::1", "::"])
  func hosts(_ host: String) throws {
    let server: MetricsServer
    do {
      server = try MetricsServer(registry, host: host, port: 0)
    } catch MetricsServerError.noSuchAddress, MetricsServerError.failed {
      return  // A machine without IPv6.
    }
    defer { server.stop() }
    let client = try #require(try ScrapeTestClient(server.port, host: host.contains(":") ? "::1" : "127.0.0.1"))
    client.get()
    #expect(try client.answer().status == 200)
  }

  @Test("Names beyond loopback's are served when they are given")
  func allowedHosts() throws {
    let server = try MetricsServer(registry, port: 0, allowedHosts: ["web.example"])
    defer { server.stop() }
    let client = try connect(server)
    client.send("GET /metrics HTTP/1.1\r\nHost: Web.Example:80\r\n\r\n")
    #expect(try client.answer().status == 200)
  }

  @Test("Stopping closes all connections and frees the port at once, however often it is done")
  func stop() throws {
    let server = try start()
    defer { server.stop() }
    let client = try connect(server)
    client.get()
    _ = try client.answer()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in server.stop() }
    try client.untilClosed()
    #expect(try ScrapeTestClient(server.port) == nil)
    server.stop()
    let next = try MetricsServer(registry, port: server.port)
    #expect(next.port == server.port)
  }

  @Test("A forked child that still has the listening socket does not keep the port")
  func port() throws {
    let port: UInt16
    let copy: Int32
    do {
      let listener = try ListeningSocket(try #require(ServerAddress(host: "127.0.0.1", port: 0)))
      port = listener.port
      copy = dup(listener.number)
    }
    defer { close(copy) }
    #expect(try ListeningSocket(try #require(ServerAddress(host: "127.0.0.1", port: port))).port == port)
  }

  /// Whether the thread that collects would take a signal that is sent to the process.
  private final class Mask: Collector, Sendable {
    let takesSignals = Locked<[Bool]>([])

    func collect(into sink: any SampleSink) {
      var blocked = sigset_t()
      unsafe pthread_sigmask(SIG_BLOCK, nil, &blocked)
      let takes = [SIGTERM, SIGINT, SIGCHLD, SIGUSR1].contains { unsafe sigismember(&blocked, $0) == 0 }
      takesSignals.withLock { $0.append(takes) }
    }
  }

  @Test("Signals are left to the service's own threads, whose masks stay as they are")
  func signals() throws {
    // The threads that run tests may block signals themselves.
    var (none, before) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
    let mask = Mask()
    registry.register(mask)
    let server = try start()
    defer { server.stop() }
    mask.collect(into: TextWriter(format: .text))
    let client = try connect(server)
    client.get()
    #expect(try client.answer().status == 200)
    #expect(mask.takesSignals.withLock { $0 } == [true, false])
  }

  @Test("Letting the server go ends it")
  func letGo() throws {
    var server: MetricsServer? = try start()
    let port = try #require(server?.port)
    server = nil
    #expect(server == nil)
    #expect(try ScrapeTestClient(port) == nil)
  }

  private final class Stopper: Collector, Sendable {
    let server = Locked<MetricsServer?>(nil)

    func collect(into sink: any SampleSink) {
      let server = server.withLock { server in
        defer { server = nil }
        return server
      }
      server?.stop()
    }
  }

  @Test("A collector may stop the server that asks it, and even be the last to hold it")
  func stopFromWithin() throws {
    let stopper = Stopper()
    registry.register(stopper)
    let client: ScrapeTestClient
    do {
      let server = try start()
      stopper.server.withLock { $0 = server }
      client = try connect(server)
    }
    client.get()
    try client.untilClosed()
  }

  @Test("Many clients at once all get whole answers while counters move")
  func manyClients() throws {
    let server = try start()
    defer { server.stop() }
    let counter = try registry.counter("requests_total", help: "Requests.")
    let answers = AtomicCount()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 {
        counter.increment()
        guard let client = try? connect(server) else { continue }
        client.get()
        if let answer = try? client.answer(), answer.status == 200, answer.text.hasSuffix("\n") { answers.add(1) }
      }
    }
    #expect(answers.value == 400)
    #expect(counter.value == .unsigned(401))
  }
}
