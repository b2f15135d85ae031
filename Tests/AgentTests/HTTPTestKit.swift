import CVitalsAgent
import Glibc
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// Time that passes when a test says so.
final class HTTPTestClock: Clock {
  private var moment = Moment(boot: 1_000_000_000_000, real: 1_700_000_000_123_000_000)

  func now() -> Moment { moment }

  func advance(_ seconds: Double) {
    moment.boot += UInt64(seconds * 1e9)
    moment.real += UInt64(seconds * 1e9)
  }
}

/// Keeps the events.
final class HTTPTestLog: EventLog {
  private(set) var messages: [String] = []

  func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]) {
    messages.append(message)
  }
}

/// Keeps samples by the text of their series.
final class HTTPTestSink: SampleSink {
  private(set) var values: [String: Double] = [:]
  private var name = ""

  init(_ collector: any Collector) { collector.collect(into: self) }

  func family(_ family: MetricFamily) { name = family.name }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    let text = labels.pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    values[text.isEmpty ? name : "\(name){\(text)}"] = value.asDouble
  }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {}

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {}
}

/// An answer as a client sees it.
struct HTTPTestAnswer {
  var status: Int
  var headers: [String: String]
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
}

/// A client whose reads and writes do not wait.
final class HTTPTestClient {
  private let connection: Connection
  private var room = [UInt8](repeating: 0, count: 64 << 10)
  private(set) var received: [UInt8] = []
  /// The server has closed or reset the connection.
  private(set) var isClosed = false

  init(_ address: ListenAddress) throws {
    connection = try Connection.connect(address, timeoutSeconds: 5)
    #expect(fcntl(connection.number, F_SETFL, O_NONBLOCK) == 0)
  }

  /// Sends what the socket takes; false when the server has gone or takes no more.
  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) == text.utf8.count }

  func send(_ bytes: [UInt8]) -> Int { (try? connection.write(bytes, from: 0)) ?? 0 }

  func finishWriting() { connection.finishWriting() }

  func receive() {
    while true {
      let count = unsafe room.withUnsafeMutableBytes { unsafe recv(connection.number, $0.baseAddress, $0.count, 0) }
      if count <= 0 {
        isClosed = count == 0 || errno != EAGAIN
        return
      }
      received.append(contentsOf: room[..<count])
    }
  }

  /// Takes one whole answer out of what has come.
  func takeAnswer(toHead: Bool = false) -> HTTPTestAnswer? {
    guard let end = received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
    var lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
    var headers: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = String(parts[1].dropFirst())
    }
    let length = toHead ? 0 : Int(headers["content-length"] ?? "") ?? 0
    guard received.count >= end + length else { return nil }
    let body = Array(received[end..<(end + length)])
    received.removeFirst(end + length)
    return HTTPTestAnswer(status: status, headers: headers, body: body)
  }
}

/// A server on a free port, its loop, and its time.
final class HTTPTestBench {
  let clock = HTTPTestClock()
  let log = HTTPTestLog()
  let loop: EventLoop
  let listener: Listener
  let server: HTTPServer

  init(_ address: ListenAddress = .tcp(host: "127.0.0.1", port: 0), allowedHosts: [String] = []) throws {
    loop = try EventLoop(clock: clock)
    listener = try Listener(address)
    server = HTTPServer(loop: loop, listener: listener, allowedHosts: allowedHosts, clock: clock, log: log)
    server.handler = { HTTPTestBench.answer($0) }
    try server.start()
  }

  /// `/large`, `/huge` and `/page` besides an echo of the path.
  static func answer(_ request: HTTPRequest) -> HTTPResponse {
    switch request.path {
    case "/missing": .text(404, "not found\n")
    case "/large": .text(200, String(repeating: "cpu_seconds_total 1\n", count: 1_000))
    case "/huge": .text(200, String(repeating: "x", count: 32 << 20))
    case "/page": HTTPResponse(status: 200, contentType: "text/html; charset=utf-8", body: Array("<p>".utf8))
    default: .text(200, request.path + "\n")
    }
  }

  func connect() throws -> HTTPTestClient { try HTTPTestClient(listener.address) }

  /// Turns the loop until `condition` holds; what never comes is a failure, not a hang.
  func turn(until condition: () -> Bool) throws {
    for _ in 0..<5_000 {
      if condition() { return }
      try loop.turn(timeoutMilliseconds: 1)
    }
    Issue.record("the loop turned 5,000 times in vain")
  }

  /// Turns until an answer has come.
  func answer(_ client: HTTPTestClient, toHead: Bool = false) throws -> HTTPTestAnswer {
    var answer: HTTPTestAnswer?
    try turn {
      client.receive()
      answer = client.takeAnswer(toHead: toHead)
      return answer != nil
    }
    return try #require(answer)
  }

  /// Sends a request over a new connection.
  func ask(_ request: String) throws -> HTTPTestAnswer {
    let client = try connect()
    client.send(request)
    return try answer(client, toHead: request.hasPrefix("HEAD"))
  }

  func turnUntilClosed(_ client: HTTPTestClient) throws {
    try turn {
      client.receive()
      return client.isClosed
    }
  }

  func turnUntil(_ series: String, is value: Double) throws {
    try turn { metric(series) == value }
  }

  func metric(_ series: String) -> Double? { HTTPTestSink(server).values[series] }
}

/// The bytes that a gzip stream holds; nil when it is broken.
func gunzipped(_ bytes: [UInt8], limit: Int = 1 << 20) -> [UInt8]? {
  var stream = unsafe z_stream()
  let size = Int32(unsafe MemoryLayout<z_stream>.size)
  guard unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { return nil }
  defer { unsafe inflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: limit)
  let code = unsafe input.withUnsafeMutableBufferPointer { source in
    unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = UInt32(source.count)
      unsafe stream.next_out = target.baseAddress
      unsafe stream.avail_out = UInt32(target.count)
      return unsafe inflate(&stream, Z_FINISH)
    }
  }
  return code == Z_STREAM_END ? Array(output.prefix(Int(unsafe stream.total_out))) : nil
}
