// The memory of the last request, against reading each anew.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsAgent

@Suite("The request that is remembered")
struct KnownRequestTests {
  private static let head = "GET /metrics?a=1 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"

  private static func known(_ head: String) throws -> KnownRequest {
    var known = KnownRequest()
    let bytes = Array(head.utf8)
    known.keep(try HTTPRequestParser.parse(bytes[...]), bytes[...])
    return known
  }

  @Test(
    "What is not the same to the byte is not it",
    arguments: [
      "", "G", String(head.dropLast(1)), head.replacing("localhost", with: "localhose"), "P" + head.dropFirst(),
      head.replacing("gzip\r\n", with: "gzip\r\nX: y\r\n"), "\r\n" + head,
    ])
  func others(text: String) throws {
    #expect(try Self.known(Self.head).match(Array(text.utf8)) == nil)
  }

  @Test("It is what the parser reads, whatever follows it", arguments: ["", "\r\n", "GET / HTTP/1.1\r\n", "\0"])
  func same(rest: String) throws {
    let found = try #require(try Self.known(Self.head).match(Array((Self.head + rest).utf8)))
    #expect(found.length == Self.head.utf8.count)
    #expect(found.request == (try HTTPRequestParser.parse(Array(Self.head.utf8)[...])))
    #expect(found.request.acceptsGzip && found.request.keepsAlive)
  }

  @Test("At first there is none; a later one takes its place; a long one is not kept")
  func kept() throws {
    #expect(KnownRequest().match(Array(Self.head.utf8)) == nil && KnownRequest().match([]) == nil)
    var known = try Self.known(Self.head)
    for length in [10, Limits.knownRequestBytes] {
      let bytes = Array("GET /\(String(repeating: "a", count: length)) HTTP/1.1\r\nHost: b\r\n\r\n".utf8)
      known.keep(try HTTPRequestParser.parse(bytes[...]), bytes[...])
      #expect((known.match(bytes) != nil) == (length == 10))
      #expect(known.match(Array(Self.head.utf8)) == nil)
    }
  }

  @Test("Requests by turns are answered each for itself, and a Host that was let in lets no other in")
  func server() throws {
    let bench = try HTTPTestBench()
    let good = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let evil = "GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    let missing = "GET /missing HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let wanted = [(good, 200), (good, 200), (evil, 403), (evil, 403), (good, 200), (missing, 404), (good, 200)]
    for (request, status) in wanted { #expect(try bench.ask(request).status == status) }
    #expect(bench.metric("vitals_http_responses_total{code=200}") == 4)
    #expect(bench.metric("vitals_http_responses_total{code=403}") == 2)
  }
}
