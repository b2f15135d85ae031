// Serves the routes to many clients from the one loop. A client can send slowly, read slowly or say nothing; each of
// these has a deadline, the number of clients has a limit, and an answer is rendered whole before its first byte, so that
// no client holds anything but its own buffers.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The HTTP server.
final class HTTPServer: Collector {
  /// Answers a request that passed the server's own checks.
  var handler: (HTTPRequest) -> HTTPResponse = { _ in .text(503, "starting\n") }

  private let loop: EventLoop
  private let listener: Listener
  private let hosts: ServedHosts
  private let clock: any Clock
  private let log: any EventLog
  private var clients: [EventLoop.Token: HTTPConnection] = [:]
  private var known = KnownRequest()
  /// The Host of the last request that was let in.
  private var knownHost: String?
  private var acceptToken: EventLoop.Token = 0
  private var isPaused = false
  /// By status code, with the labels of its series.
  private var answered: [Int: (labels: LabelSet, count: UInt64)] = [:]
  private var rejected: UInt64 = 0
  private var evicted: UInt64 = 0
  private var timeouts: UInt64 = 0
  private var sentBytes: UInt64 = 0

  init(loop: EventLoop, listener: Listener, allowedHosts: [String], clock: any Clock, log: any EventLog) {
    self.loop = loop
    self.listener = listener
    self.clock = clock
    self.log = log
    hosts = HostCheck.hosts(at: listener.address, allowed: allowedHosts)
  }

  /// Begins to accept.
  func start() throws(SystemError) {
    acceptToken = try loop.add(listener.number, .read) { [unowned self] _ in accept() }
  }

  /// Closes what is past its deadline, and accepts again after a shortage of descriptors; call it once a tick.
  func sweep(_ now: Moment) {
    for (token, client) in clients where client.isOverdue(now) {
      if !client.isIdle && !client.isLingering { timeouts &+= 1 }
      close(token)
    }
    if isPaused {
      isPaused = false
      try? loop.modify(acceptToken, listener.number, .read)
      accept()
    }
  }

  private static let responses = MetricFamily("vitals_http_responses_total", .counter, help: "Answers, by status code.")
  private static let connections = MetricFamily("vitals_http_connections", .gauge, help: "Clients that are connected.")
  private static let rejections = MetricFamily(
    "vitals_http_rejected_connections_total", .counter, help: "Clients turned away because too many were connected.")
  private static let evictions = MetricFamily(
    "vitals_http_evicted_connections_total", .counter, help: "Idle and slow clients closed to make room for others.")
  private static let lateness = MetricFamily(
    "vitals_http_timeouts_total", .counter, help: "Clients closed because they sent or read too slowly.")
  private static let bytes = MetricFamily(
    "vitals_http_sent_bytes_total", .counter, help: "Bytes of answers, headers included.", unit: "bytes")

  func collect(into sink: any SampleSink) {
    sink.family(HTTPServer.responses)
    for (_, answers) in answered.sorted(by: { $0.key < $1.key }) {
      sink.sample(answers.labels, .unsigned(answers.count))
    }
    sink.family(HTTPServer.connections)
    sink.sample(.empty, .integer(Int64(clients.count)))
    sink.family(HTTPServer.rejections)
    sink.sample(.empty, .unsigned(rejected))
    sink.family(HTTPServer.evictions)
    sink.sample(.empty, .unsigned(evicted))
    sink.family(HTTPServer.lateness)
    sink.sample(.empty, .unsigned(timeouts))
    sink.family(HTTPServer.bytes)
    sink.sample(.empty, .unsigned(sentBytes))
  }

  private func accept() {
    for _ in 0..<Limits.connections {
      do {
        guard let connection = try listener.accept() else { return }
        try serve(connection)
      } catch {
        if error.isOutOfDescriptors, !isPaused {
          isPaused = true
          try? loop.modify(acceptToken, listener.number, [])
          log.log(.warning, "no descriptor left for a client", [("error", error.description)])
        }
        return
      }
    }
  }

  private func serve(_ connection: Connection) throws(SystemError) {
    if clients.count >= Limits.connections && !makeRoom() {
      rejected &+= 1
      let busy = HTTPResponse.text(503, "too many clients\n").answer(to: nil, at: clock.now(), closing: true)
      // A request that lies there unread would turn the close into a reset and take the answer away.
      var unread: [UInt8] = []
      _ = try? connection.read(into: &unread, count: Limits.requestHeadBytes)
      _ = try? connection.write(busy.head + busy.body, from: 0)
      connection.finishWriting()
      return
    }
    let client = HTTPConnection(connection, now: clock.now())
    var token: EventLoop.Token = 0
    token = try loop.add(connection.number, .read) { [unowned self] readiness in ready(token, readiness) }
    clients[token] = client
    // Who scrapes has sent its request by now, and is answered before the next of a crowd can take its place.
    ready(token, .read)
  }

  /// Closes the client that has been idle or asking for longest, so that no crowd of silent or slow ones shuts anybody
  /// out; false when all are at work.
  private func makeRoom() -> Bool {
    let now = clock.now()
    let waiting = clients.compactMap { token, client -> (EventLoop.Token, UInt64)? in
      if let idle = client.idleSince { return (token, idle.boot) }
      guard let asking = client.askingSince, now.seconds(since: asking) > Limits.promptSeconds else { return nil }
      return (token, asking.boot)
    }
    guard let longest = waiting.min(by: { $0.1 < $1.1 }) else { return false }
    evicted &+= 1
    close(longest.0)
    return true
  }

  private func ready(_ token: EventLoop.Token, _ readiness: EventLoop.Readiness) {
    guard let client = clients[token] else { return }
    let now = clock.now()
    do {
      if readiness.contains(.write) { sentBytes &+= UInt64(try client.flush(now)) }
      if !readiness.isDisjoint(with: [.read, .hangUp]) { try client.receive(now) }
      let mayHaveMore = try serve(client, now)
      if client.isFinished && !mayHaveMore { return close(token) }
      try loop.modify(token, client.number, client.isSending || mayHaveMore ? .write : .read)
    } catch {
      close(token)
    }
  }

  /// Answers what a client has asked; true when its turn ended before its requests did.
  private func serve(_ client: HTTPConnection, _ now: Moment) throws(SystemError) -> Bool {
    for _ in 0..<Limits.answersPerTurn {
      guard !client.isSending, let answer = next(client) else { return false }
      client.send(answer, now)
      sentBytes &+= UInt64(try client.flush(now))
    }
    return !client.isSending && client.bufferedBytes > 0
  }

  /// The bytes that answer the next request, or nil when none is complete.
  private func next(_ client: HTTPConnection) -> HTTPConnection.Answer? {
    do {
      guard let request = try client.nextRequest(&known) else { return nil }
      let response = answer(request)
      count(response.status)
      return response.answer(to: request, at: clock.now(), closing: !request.keepsAlive)
    } catch {
      count(error.status)
      return HTTPResponse.text(error.status, error.reason + "\n").answer(to: nil, at: clock.now(), closing: true)
    }
  }

  private func count(_ status: Int) {
    answered[status, default: (LabelSet([("code", String(status))]), 0)].count &+= 1
  }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    let host = request.header("host")
    if host == nil || host != knownHost {
      if !hosts.serves(host) { return .text(403, "this Host is not served here; --allow-host NAME allows it\n") }
      knownHost = host
    }
    if request.method != "GET" && request.method != "HEAD" {
      var response = HTTPResponse.text(405, "only GET and HEAD\n")
      response.headers = [("Allow", "GET, HEAD")]
      return response
    }
    return handler(request)
  }

  private func close(_ token: EventLoop.Token) {
    guard let client = clients.removeValue(forKey: token) else { return }
    loop.remove(token, client.number)
  }
}
