import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Routes that a configuration names")
struct KnownRouteTests {
  private static func configuration(_ paths: String) -> Configuration {
    Configuration(Array("{\"paths\": \(paths)}".utf8))
  }

  /// What `paths` make of requests for `requested`.
  private static func requests(_ paths: String, _ requested: [String], service: String = "api") -> [String] {
    let known = configuration(paths).knownRoutes
    let reader = LogReader(ServiceCounts(service: service, known: known))
    var errors: [RecentError] = []
    let lines = requested.map { #"{"level":"info","event":"x","method":"GET","path":"\#($0)","status":200}"# }
    reader.read(Array(lines.joined(separator: "\n").utf8), at: LogReaderTests.now, errors: &errors)
    return LogReaderTests.requests(reader.counts)
  }

  @Test(
    "What cannot be is refused",
    arguments: [
      (#"7"#, "'paths' must be a list"), (#"[7]"#, "a path must be an object"), (#"{"api": "/x"}"#, "must be a list"),
      (#"["x"]"#, "must be a path such as"), (#"["GET /x /y"]"#, "must be a path such as"),
      (#"[""]"#, "must be a path such as"),
      (#"["get /x"]"#, "is no method"), (#"["/x?y=1"]"#, "without a query"), (#"["/x{y}"]"#, "in braces alone"),
      (#"["/{}"]"#, "in braces alone"), (#"["/{a{b}"]"#, "in braces alone"), (#"["/{a}{b}"]"#, "in braces alone"),
      (#"[{"statuses": [200]}]"#, "a path needs 'path'"), (#"[{"path": "/x", "statuses": [200]}]"#, "needs a method"),
      (#"[{"path": "GET /x", "statuses": [99]}]"#, "from 100 to 599"),
      (#"[{"path": "/x", "statusses": []}]"#, "did you mean 'statuses'"),
    ])
  func refused(paths: String, wanted: String) throws {
    let fault = try #require(Self.configuration(paths).faults.first)
    #expect(fault.message.contains(wanted))
  }

  @Test(
    "A known route wins over what paths look like, text wins over braces, and all others are learned",
    arguments: [
      ("[]", "/orders/17", "GET /orders/{id} 200 1"),
      (#"["/orders/{order}"]"#, "/orders/17?x=1", "GET /orders/{order} 200 1"),
      (#"["/orders/{order}"]"#, "/orders/new", "GET /orders/{order} 200 1"),
      (#"["/orders/{order}", "/orders/new"]"#, "/orders/new", "GET /orders/new 200 1"),
      (#"["/orders/17"]"#, "/orders/17", "GET /orders/17 200 1"),
      (#"["/orders/17"]"#, "/orders/18", "GET /orders/{id} 200 1"),
      (#"["/a/{x}/c", "/a/b/d"]"#, "/a/b/c", "GET /a/{x}/c 200 1"),
      (#"["/orders/{order}"]"#, "/orders/", "GET /orders/ 200 1"),
      (#"["/orders/{order}"]"#, "/orders/a/b", "GET /orders/a/b 200 1"),
      (#"["/orders/"]"#, "/orders/", "GET /orders/ 200 1"),
      (#"["/"]"#, "/", "GET / 200 1"), (#"["/{x}"]"#, "/{x}", "GET /{x} 200 1"),
      (#"{"other": ["/orders/{order}"]}"#, "/orders/17", "GET /orders/{id} 200 1"),
      (#"{"api": ["/orders/{order}"]}"#, "/orders/17", "GET /orders/{order} 200 1"),
    ])
  func routes(paths: String, path: String, wanted: String) { #expect(Self.requests(paths, [path]) == [wanted]) }

  @Test("A route with a method has its series at zero from the start, one without has none")
  func zero() {
    let paths = #"["/x", "GET /orders/{id}", {"path": "POST /orders", "statuses": [201, 422, 500, 502, 503]}]"#
    #expect(
      Self.requests(paths, ["/orders/17", "/x"]) == [
        "GET /orders/{id} 200 1", "GET /orders/{id} 500 0", "GET /x 200 1", "POST /orders 201 0", "POST /orders 422 0",
        "POST /orders 500 0", "POST /orders 502 0", "POST /orders 503 0",
      ])
  }
}
