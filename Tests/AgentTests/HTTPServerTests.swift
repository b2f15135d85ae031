import Testing

@testable import VitalsAgent

@Suite("The HTTP server, over sockets")
struct HTTPServerTests {
  static let get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"

  static let refusals: [(String, Int)] = [
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET /\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 403),
    ("GET /missing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405),
    ("OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 413),
    ("GET /" + String(repeating: "a", count: 5_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 60_000), 431),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
    ("GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", 505),
  ]

  @Test("What is not served is answered with its status, and counted", arguments: refusals)
  func refusal(request: String, status: Int) throws {
    let bench = try HTTPTestBench()
    let answer = try bench.ask(request)
    #expect(answer.status == status)
    #expect(answer.text.hasSuffix("\n"))
    #expect((answer.headers["allow"] == "GET, HEAD") == (status == 405))
    Self.expectHeaders(answer)
    #expect(bench.metric("vitals_http_responses_total{code=\(status)}") == 1)
    #expect(bench.metric("vitals_http_responses_total{code=200}") == nil)
    let staysOpen = [403, 404, 405].contains(status)
    #expect(answer.headers["connection"] == (staysOpen ? nil : "close"))
  }

  @Test("A client that sends a body it need not reads its answer all the same")
  func unreadBody() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
    try bench.turnUntil("vitals_http_responses_total{code=413}", is: 1)
    let piece = [UInt8](repeating: 120, count: 10_000)
    for _ in 0..<10 {
      // A connection that was reset would take nothing.
      #expect(client.send(piece) == piece.count)
      try bench.loop.turn(timeoutMilliseconds: 1)
    }
    client.finishWriting()
    #expect(try bench.answer(client).status == 413)
    try bench.turnUntilClosed(client)
    try bench.turnUntil("vitals_http_connections", is: 0)
    #expect(bench.metric("vitals_http_timeouts_total") == 0)
  }

  @Test("A client that goes on after the last answer is closed when its time is up, and is not told more")
  func lingers() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" + Self.get)
    #expect(try bench.answer(client).text == "/a\n")
    client.send(Self.get)
    for _ in 0..<5 { try bench.loop.turn(timeoutMilliseconds: 1) }
    bench.clock.advance(Limits.lingerSeconds + 0.1)
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_connections") == 0)
    try bench.turnUntilClosed(client)
    #expect(client.received.isEmpty)
    #expect(bench.metric("vitals_http_responses_total{code=200}") == 1)
    #expect(bench.metric("vitals_http_timeouts_total") == 0)
  }

  @Test("A request that does not end in time closes its connection, and is counted", arguments: ["G", "GET / HTTP"])
  func slowRequest(start: String) throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    try bench.turnUntil("vitals_http_connections", is: 1)
    bench.clock.advance(50)
    client.send(start)
    for _ in 0..<5 { try bench.loop.turn(timeoutMilliseconds: 1) }
    bench.clock.advance(Limits.requestSeconds - 1)
    client.send("X")
    for _ in 0..<5 { try bench.loop.turn(timeoutMilliseconds: 1) }
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_connections") == 1)
    bench.clock.advance(1.1)
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_connections") == 0)
    #expect(bench.metric("vitals_http_timeouts_total") == 1)
    try bench.turnUntilClosed(client)
  }

  @Test("An idle connection is closed in the end, which is no fault")
  func idle() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send(Self.get)
    #expect(try bench.answer(client).status == 200)
    bench.clock.advance(Limits.idleSeconds - 1)
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_connections") == 1)
    client.send(Self.get)
    #expect(try bench.answer(client).status == 200)
    bench.clock.advance(Limits.idleSeconds - 1)
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_connections") == 1)
    bench.clock.advance(2)
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_connections") == 0)
    #expect(bench.metric("vitals_http_timeouts_total") == 0)
    try bench.turnUntilClosed(client)
  }

  @Test("A client that does not read its answer is closed in the end, and others are served meanwhile")
  func neverReads() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n")
    try bench.turnUntil("vitals_http_responses_total{code=200}", is: 1)
    for _ in 0..<20 { try bench.loop.turn(timeoutMilliseconds: 1) }
    #expect(try bench.ask(Self.get).status == 200)
    bench.clock.advance(Limits.responseSeconds + 0.1)
    bench.server.sweep(bench.clock.now())
    #expect(bench.metric("vitals_http_timeouts_total") == 1)
    try bench.turnUntilClosed(client)
    #expect(client.received.count < 32 << 20)
  }

  @Test("A request that begins to come during a slow answer has its own time")
  func afterSlowAnswer() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\nGET /a")
    try bench.turnUntil("vitals_http_responses_total{code=200}", is: 1)
    bench.clock.advance(Limits.responseSeconds - 1)
    #expect(try bench.answer(client).body.count == 32 << 20)
    bench.server.sweep(bench.clock.now())
    client.send(" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try bench.answer(client).text == "/a\n")
    #expect(bench.metric("vitals_http_timeouts_total") == 0)
  }

  @Test("A client that vanishes in the middle of an answer leaves nothing behind")
  func vanishes() throws {
    let bench = try HTTPTestBench()
    do {
      let client = try bench.connect()
      client.send("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n")
      try bench.turnUntil("vitals_http_responses_total{code=200}", is: 1)
    }
    try bench.turnUntil("vitals_http_connections", is: 0)
    #expect(try bench.ask(Self.get).status == 200)
  }

  @Test("A crowd of silent clients shuts nobody out: the one that has been idle for longest goes")
  func crowd() throws {
    let bench = try HTTPTestBench()
    var clients: [HTTPTestClient] = []
    for _ in 0..<Limits.connections {
      clients.append(try bench.connect())
      try bench.turnUntil("vitals_http_connections", is: Double(clients.count))
      bench.clock.advance(0.1)
    }
    #expect(try bench.ask(Self.get).status == 200)
    #expect(bench.metric("vitals_http_evicted_connections_total") == 1)
    #expect(bench.metric("vitals_http_rejected_connections_total") == 0)
    try bench.turnUntilClosed(clients[0])
  }

  @Test("A crowd of clients that send their requests slowly shuts nobody out: the one that began first goes")
  func slowCrowd() throws {
    let bench = try HTTPTestBench()
    var clients: [HTTPTestClient] = []
    for _ in 0..<Limits.connections {
      clients.append(try bench.connect())
      clients.last?.send("GET / HTTP/1.1\r\n")
      try bench.turnUntil("vitals_http_connections", is: Double(clients.count))
      for _ in 0..<3 { try bench.loop.turn(timeoutMilliseconds: 1) }
      bench.clock.advance(0.01)
    }
    bench.clock.advance(Limits.promptSeconds)
    for place in 0..<3 {
      clients.append(try bench.connect())
      clients.last?.send(Self.get)
      #expect(try bench.answer(clients[Limits.connections + place]).status == 200)
      try bench.turnUntilClosed(clients[place])
    }
    #expect(bench.metric("vitals_http_rejected_connections_total") == 0)
    #expect(!clients[3].isClosed)
  }

  @Test("Who has asked is answered, though a crowd comes with it before the server has looked")
  func crowdAtOnce() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send(Self.get)
    let crowd = try (0..<Limits.connections + 20).map { _ in try bench.connect() }
    #expect(try bench.answer(client).status == 200)
    withExtendedLifetime(crowd) {}
  }

  @Test("One client more than the limit, all of them at work, is told so; when another goes there is room again")
  func tooMany() throws {
    let bench = try HTTPTestBench()
    var clients: [HTTPTestClient] = []
    for _ in 0..<Limits.connections {
      clients.append(try bench.connect())
      clients.last?.send("GET / HTTP/1.1\r\n")
    }
    try bench.turnUntil("vitals_http_connections", is: Double(Limits.connections))
    for _ in 0..<5 { try bench.loop.turn(timeoutMilliseconds: 1) }
    #expect(try bench.ask(Self.get).status == 503)
    #expect(bench.metric("vitals_http_rejected_connections_total") == 1)
    clients.removeLast()
    try bench.turnUntil("vitals_http_connections", is: Double(Limits.connections - 1))
    #expect(try bench.ask(Self.get).status == 200)
  }

  @Test("Requests that come together are answered in order, also after the client has finished writing")
  func pipelined() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send((0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
    client.finishWriting()
    for index in 0..<50 { #expect(try bench.answer(client).text == "/\(index)\n") }
    try bench.turnUntilClosed(client)
    #expect(bench.metric("vitals_http_responses_total{code=200}") == 50)
  }

  @Test("However many requests come together, a turn of the loop answers a few of each client")
  func turns() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    try bench.turnUntil("vitals_http_connections", is: 1)
    client.send(String(repeating: Self.get, count: 20))
    var answered = 0.0
    while answered < 20 {
      try bench.loop.turn(timeoutMilliseconds: 1_000)
      let count = bench.metric("vitals_http_responses_total{code=200}") ?? 0
      if count <= answered || count > answered + Double(Limits.answersPerTurn) {
        Issue.record("\(answered) answers became \(count)")
        return
      }
      answered = count
    }
  }

  @Test("A request may come byte by byte")
  func byteByByte() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    for byte in Self.get.utf8 {
      #expect(client.send([byte]) == 1)
      try bench.loop.turn(timeoutMilliseconds: 1)
    }
    #expect(try bench.answer(client).text == "/a\n")
  }

  static let persistence: [(String, String, Bool)] = [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: keep-alive\r\n", true),
  ]

  @Test("A connection is kept or closed as the client wishes, and the answer says so", arguments: persistence)
  func persists(version: String, header: String, keeps: Bool) throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    let request = "GET /a \(version)\r\nHost: localhost\r\n\(header)\r\n"
    client.send(request)
    let answer = try bench.answer(client)
    #expect(answer.status == 200)
    if keeps {
      #expect(answer.headers["connection"] == (version == "HTTP/1.0" ? "keep-alive" : nil))
      client.send(request)
      #expect(try bench.answer(client).text == "/a\n")
      #expect(!client.isClosed)
    } else {
      #expect(answer.headers["connection"] == "close")
      try bench.turnUntilClosed(client)
    }
  }

  @Test("HEAD gives the headers of GET and no body", arguments: ["/a", "/large", "/missing", "/page"])
  func head(path: String) throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    let rest = " \(path) HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
    client.send("GET\(rest)")
    let full = try bench.answer(client)
    client.send("HEAD\(rest)HEAD\(rest)")
    for _ in 0..<2 {
      let head = try bench.answer(client, toHead: true)
      #expect(head.headers == full.headers)
      #expect(head.status == full.status)
    }
    #expect(client.received.isEmpty)
    #expect(full.headers["content-length"] == String(full.body.count))
  }

  static let packing: [(String, String, Bool)] = [
    ("/large", "gzip;q=0", false), ("/large", "identity", false), ("/a", "gzip", false), ("/large", "gzip", true),
    ("/large", "br, gzip;q=0.5", true),
  ]

  @Test("A large answer is packed for those who take it", arguments: packing)
  func gzip(path: String, accepted: String, packed: Bool) throws {
    let bench = try HTTPTestBench()
    let plain = try bench.ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let answer = try bench.ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: \(accepted)\r\n\r\n")
    #expect(plain.headers["content-encoding"] == nil)
    #expect(answer.headers["content-encoding"] == (packed ? "gzip" : nil))
    #expect((packed ? gunzipped(answer.body) : answer.body) == plain.body)
    Self.expectHeaders(answer)
  }

  @Test("A page may load and run nothing; text needs no such rule")
  func page() throws {
    let bench = try HTTPTestBench()
    let page = try bench.ask("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n")
    Self.expectHeaders(page)
    let policy = try #require(page.headers["content-security-policy"])
    #expect(policy.hasPrefix("default-src 'none';"))
    for rule in ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] { #expect(policy.contains(rule)) }
    #expect(try bench.ask(Self.get).headers["content-security-policy"] == nil)
  }

  @Test("Sent bytes are counted, headers included")
  func sentBytes() throws {
    let bench = try HTTPTestBench()
    let client = try bench.connect()
    client.send(Self.get)
    try bench.turn {
      client.receive()
      return !client.received.isEmpty
    }
    #expect(bench.metric("vitals_http_sent_bytes_total") == Double(client.received.count))
  }

  @Test("A name that was allowed is served")
  func allowedHost() throws {
    let bench = try HTTPTestBench(allowedHosts: ["vitals.example"])
    #expect(try bench.ask("GET / HTTP/1.1\r\nHost: vitals.example:9977\r\n\r\n").status == 200)
    #expect(try bench.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 403)
  }

  @Test("A Unix socket serves any Host; one that is in use is not taken over, one left behind is replaced")
  func unixSocket() throws {
    let folder = try LogFolder()
    let path = folder.path + ".sock"
    let address = ListenAddress.unix(path: path)
    do {
      let bench = try HTTPTestBench(address)
      #expect(try bench.ask("GET /u HTTP/1.1\r\nHost: anything\r\n\r\n").text == "/u\n")
      #expect(throws: SystemError.self) { try Listener(address) }
      #expect(try bench.ask("GET /u HTTP/1.0\r\n\r\n").text == "/u\n")
    }
    let next = try HTTPTestBench(address)
    #expect(try next.ask(Self.get).status == 200)
  }

  @Test("IPv6 loopback works where the machine has it")
  func ipv6() throws {
    guard let bench = try? HTTPTestBench(.tcp(host: "::1", port: 0)) else { return }
    #expect(try bench.ask("GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").status == 200)
    #expect(try bench.ask("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 403)
  }

  /// What every answer bears.
  private static func expectHeaders(_ answer: HTTPTestAnswer) {
    #expect(answer.headers["content-type"]?.contains("; charset=utf-8") == true)
    #expect(answer.headers["content-length"] == String(answer.body.count))
    #expect(answer.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT")
    #expect(answer.headers["x-content-type-options"] == "nosniff")
    #expect(answer.headers["cache-control"] == "no-store")
    #expect(answer.headers["vary"] == "Accept, Accept-Encoding")
  }
}
