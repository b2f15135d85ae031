import Testing

@testable import VitalsAgent

@Suite("Reading a request's head")
struct HTTPRequestParserTests {
  /// What became of a stream of bytes.
  enum Outcome: Equatable {
    case request(HTTPRequest)
    case refused(Int)
    case incomplete
  }

  static let bad: [(String, Int)] = [
    ("\r\n\r\n", 400),
    ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\nHost: a\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
    ("GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\0\r\n\r\n", 400),
    ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\u{1}\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\u{7F}\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX\u{E9}: b\r\n\r\n", 400),
    ("GET\r\nHost: a\r\n\r\n", 400),
    ("GET /\r\nHost: a\r\n\r\n", 400),
    ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / ICAP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
    ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 505),
    ("GET metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /% HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%+1 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /?%g0=1 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /" + String(repeating: "a", count: Limits.requestTargetBytes) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: Limits.requestHeaders + 1) + "\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: Limits.requestHeadBytes), 431),
    (String(repeating: "a", count: Limits.requestHeadBytes), 431),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 501),
    ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 413),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 413),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 3\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
  ]

  @Test("What is not a whole and proper head is refused with its status, however it arrives", arguments: bad)
  func refusals(text: String, status: Int) {
    Self.expectSame(Array(text.utf8), .refused(status))
  }

  static let good: [(String, HTTPRequest)] = [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", request("/", [("host", "a")])),
    ("GET / HTTP/1.0\r\n\r\n", request("/", [], minor: 0)),
    ("GET / HTTP/1.1\r\nhOsT:\t a:80 \t\r\n\r\n", request("/", [("host", "a:80")])),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", request("/", [("host", "")])),
    ("M-SEARCH /a HTTP/1.1\r\nHost: a\r\n\r\n", request("/a", [("host", "a")], method: "M-SEARCH")),
    (
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
      request("/", [("host", "a"), ("content-length", "0")])
    ),
    ("GET http://b/c?d HTTP/1.1\r\nHost: a\r\n\r\n", request("/c", [("host", "a")], query: [("d", "")])),
    ("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", request("/", [("host", "a")])),
    ("GET HTTP://b?d=/e HTTP/1.1\r\nHost: a\r\n\r\n", request("/", [("host", "a")], query: [("d", "/e")])),
    ("GET /a%20b+c%2e%2E HTTP/1.1\r\nHost: a\r\n\r\n", request("/a b+c..", [("host", "a")])),
    ("GET /%2e%2e/%2fetc HTTP/1.1\r\nHost: a\r\n\r\n", request("/..//etc", [("host", "a")])),
    ("GET /%C3%A9%ff HTTP/1.1\r\nHost: a\r\n\r\n", request("/é\u{FFFD}", [("host", "a")])),
    (
      "GET /?a=1&a=2&&b&=c&d=e=f+g%26 HTTP/1.1\r\nHost: a\r\n\r\n",
      request(
        "/", [("host", "a")], query: [("a", "1"), ("a", "2"), ("b", ""), ("", "c"), ("d", "e=f g&")])
    ),
    ("GET /?? HTTP/1.1\r\nHost: a\r\n\r\n", request("/", [("host", "a")], query: [("?", "")])),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: é\r\n\r\n", request("/", [("host", "a"), ("x", "é")])),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a:b\r\n\r\n", request("/", [("host", "a"), ("x", "a:b")])),
  ]

  @Test("A proper head is read, however it arrives", arguments: good)
  func requests(text: String, expected: HTTPRequest) {
    Self.expectSame(Array(text.utf8), .request(expected))
  }

  @Test("Heads at their limits pass")
  func limits() throws {
    let target = "/" + String(repeating: "a", count: Limits.requestTargetBytes - 1)
    let longTarget = Self.outcome([Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)])
    #expect(longTarget == .request(Self.request(target, [("host", "a")])))
    let many = String(repeating: "A: b\r\n", count: Limits.requestHeaders - 1)
    guard case .request(let request) = Self.outcome([Array("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n".utf8)]) else {
      Issue.record("refused")
      return
    }
    #expect(request.headers.count == Limits.requestHeaders)
    let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
    let filler = String(repeating: "x", count: Limits.requestHeadBytes - start.utf8.count - 4)
    guard case .request = Self.outcome([Array("\(start)\(filler)\r\n\r\n".utf8)]) else {
      Issue.record("a head of exactly the limit is refused")
      return
    }
    #expect(Self.outcome([Array("\(start)\(filler)x\r\n\r\n".utf8)]) == .refused(431))
  }

  @Test("Every beginning of a proper head waits for more")
  func beginnings() {
    let head = Array("GET /metrics?a=b HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n".utf8)
    for length in 0..<head.count { #expect(Self.outcome([Array(head[..<length])]) == .incomplete) }
  }

  @Test("Requests that arrive together are parted at their ends")
  func pipelined() throws {
    var bytes = Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\nGET /c".utf8)
    var paths: [String] = []
    while let length = try HTTPRequestParser.headLength(bytes) {
      paths.append(try HTTPRequestParser.parse(bytes[..<length]).path)
      bytes.removeFirst(length)
    }
    #expect(paths == ["/a", "/b"])
    #expect(bytes == Array("GET /c".utf8))
  }

  @Test("Spoilt requests never trap, stay within the buffer's limit, and mean the same in any pieces", arguments: 0..<8)
  func mutations(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let seeds = Self.good.map { Array($0.0.utf8) }
    let special = Array("\r\n\0 :%/?&=\t,;".utf8)
    for _ in 0..<150 {
      var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let byte =
          Bool.random(using: &random)
          ? special[Int.random(in: 0..<special.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(byte, at: at)
        case 1: if at < bytes.count { bytes[at] = byte }
        case 2: if at < bytes.count { bytes.remove(at: at) }
        default: bytes.insert(contentsOf: repeatElement(byte, count: 40 * at), at: at)
        }
      }
      let whole = Self.outcome([bytes])
      let cut = Int.random(in: 0...bytes.count, using: &random)
      #expect(Self.outcome([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
      if bytes.count < 200 { #expect(Self.outcome(bytes.map { [$0] }) == whole) }
    }
  }

  static let connections: [(Int, String?, Bool)] = [
    (1, "close", false), (1, "Close", false), (1, "foo, close", false), (0, nil, false), (0, "closed", false),
    (1, nil, true), (1, "x-close", true), (1, "keep-alive", true), (0, "Keep-Alive", true), (0, "x,keep-alive", true),
  ]

  @Test("Connection is read word by word", arguments: connections)
  func keepsAlive(minor: Int, value: String?, expected: Bool) {
    let headers = value.map { [(name: "connection", value: $0)] } ?? []
    #expect(Self.request("/", headers, minor: minor).keepsAlive == expected)
  }

  static let encodings: [(String?, Bool)] = [
    (nil, false), ("", false), ("identity", false), ("gzipped", false), ("gzip;q=0", false), ("gzip; q=0.000", false),
    ("GZIP ;Q=0", false), ("*;q=0", false), ("*, gzip;q=0", false), ("gzip;q=0, *", false), ("deflate, br", false),
    ("gzip", true), ("GZip", true), ("br, gzip;q=0.1", true), ("*", true), ("*;q=0, gzip", true),
    ("deflate;q=0, *;q=0.5", true), ("gzip\t;\tq=1", true),
  ]

  @Test("gzip is taken when it is named or meant, and never when refused", arguments: encodings)
  func acceptsGzip(value: String?, expected: Bool) {
    let headers = value.map { [(name: "accept-encoding", value: $0)] } ?? []
    #expect(Self.request("/", headers).acceptsGzip == expected)
  }

  /// The outcome of `bytes` whole, in two pieces parted anywhere (at steps, where they are many), and byte by byte.
  private static func expectSame(_ bytes: [UInt8], _ expected: Outcome) {
    #expect(outcome([bytes]) == expected)
    #expect(outcome(bytes.map { [$0] }) == expected)
    for cut in stride(from: 0, through: bytes.count, by: max(1, bytes.count / 100)) {
      #expect(outcome([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "parted at \(cut)")
    }
  }

  /// Reads the first request as a connection does.
  private static func outcome(_ pieces: [[UInt8]]) -> Outcome {
    var buffer: [UInt8] = []
    var seen = 0
    do {
      for piece in pieces {
        buffer += piece
        if let length = try HTTPRequestParser.headLength(buffer, seen: seen) {
          return .request(try HTTPRequestParser.parse(buffer[..<length]))
        }
        seen = buffer.count
        if seen >= Limits.requestHeadBytes { Issue.record("\(seen) bytes are buffered") }
      }
      return .incomplete
    } catch {
      return .refused(error.status)
    }
  }

  private static func request(
    _ path: String, _ headers: [(name: String, value: String)], query: [(name: String, value: String)] = [],
    method: String = "GET", minor: Int = 1
  ) -> HTTPRequest {
    HTTPRequest(method: method, path: path, queryItems: query, headers: headers, minorVersion: minor)
  }
}
