import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("What each address answers")
struct HTTPRoutesTests {
  /// An agent that has seen nothing yet.
  final class Agent: AgentView {
    var unready: String?

    func exposition(_ format: ExpositionFormat) -> [UInt8] { Array("# \(format.contentType)\n".utf8) }

    func dashboardContext() -> DashboardContext {
      DashboardContext(
        history: History(), recentErrors: [], now: HTTPTestClock().now(), hostname: "<b>h</b>", version: "1",
        hasLogs: false)
    }
  }

  static let rows: [(String, Int, String)] = [
    ("/nothing", 404, "text/plain; charset=utf-8"),
    ("//", 404, "text/plain; charset=utf-8"),
    ("/metrics/", 404, "text/plain; charset=utf-8"),
    ("/../etc/passwd", 404, "text/plain; charset=utf-8"),
    ("/dashboard/", 404, "text/plain; charset=utf-8"),
    ("/dashboard/../metrics", 404, "text/plain; charset=utf-8"),
    ("/dashboard/host/", 404, "text/plain; charset=utf-8"),
    ("/?format=json", 400, "text/plain; charset=utf-8"),
    ("/?color=2", 400, "text/plain; charset=utf-8"),
    ("/?width=", 400, "text/plain; charset=utf-8"),
    ("/?width=59", 400, "text/plain; charset=utf-8"),
    ("/?width=241", 400, "text/plain; charset=utf-8"),
    ("/?width=99999999999999999999", 400, "text/plain; charset=utf-8"),
    ("/?width=1e2", 400, "text/plain; charset=utf-8"),
    ("/", 200, "text/plain; charset=utf-8"),
    ("/?format=text&color=1", 200, "text/plain; charset=utf-8"),
    ("/?format=html", 200, "text/html; charset=utf-8"),
    ("/dashboard/host?width=60", 200, "text/plain; charset=utf-8"),
    ("/dashboard/service?width=240&format=html", 200, "text/html; charset=utf-8"),
    ("/metrics", 200, "text/plain; version=0.0.4; charset=utf-8"),
    ("/healthz", 200, "text/plain; charset=utf-8"),
    ("/readyz", 200, "text/plain; charset=utf-8"),
  ]

  @Test("An address is answered with its status and type", arguments: rows)
  func answers(target: String, status: Int, type: String) throws {
    let agent = Agent()
    let response = Routes(agent).answer(try Self.request(target))
    #expect(response.status == status)
    #expect(response.contentType == type)
    #expect(response.body.last == UInt8(ascii: "\n"))
  }

  @Test("A browser gets a page, in which nothing of the machine is markup")
  func page() throws {
    let agent = Agent()
    let response = Routes(agent).answer(try Self.request("/", accept: "text/html,application/xhtml+xml,*/*;q=0.8"))
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(response.contentType == "text/html; charset=utf-8")
    #expect(text.contains("&lt;b&gt;h") && !text.contains("<b>h"))
    // The page's policy forbids scripts and everything that is loaded.
    #expect(!text.contains("<script") && !text.contains("src=") && !text.contains("onload"))
  }

  @Test("An agent that is not ready says why, and is alive all the same")
  func unready() throws {
    let agent = Agent()
    agent.unready = "no sample yet"
    let ready = Routes(agent).answer(try Self.request("/readyz"))
    #expect(ready.status == 503)
    #expect(ready.body == Array("not ready: no sample yet\n".utf8))
    #expect(Routes(agent).answer(try Self.request("/healthz")).status == 200)
  }

  static let accepts: [(String, String)] = [
    ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ("image/png", "text/plain; version=0.0.4; charset=utf-8"),
    ("", "text/plain; version=0.0.4; charset=utf-8"),
    ("text/plain;escaping=evil", "text/plain; version=0.0.4; charset=utf-8"),
    ("text/plain;version=0.0.4;escaping=\"a, b\"", "text/plain; version=0.0.4; charset=utf-8"),
  ]

  @Test("A scraper gets the format that it asks for, and nothing of its words comes back", arguments: accepts)
  func negotiation(accept: String, type: String) throws {
    let agent = Agent()
    #expect(Routes(agent).answer(try Self.request("/metrics", accept: accept)).contentType == type)
  }

  @Test("A request that is remembered is answered as when it was read")
  func repeated() throws {
    let agent = Agent()
    var known = KnownRequest()
    for (accept, type) in Self.accepts + Self.accepts.reversed() {
      let bytes = Array("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: \(accept)\r\n\r\n".utf8)
      known.keep(try HTTPRequestParser.parse(bytes[...]), bytes[...])
      let request = try #require(known.match(bytes)?.request)
      #expect(Routes(agent).answer(request).contentType == type)
    }
  }

  private static func request(_ target: String, accept: String = "*/*") throws -> HTTPRequest {
    let head = Array("GET \(target) HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n".utf8)
    return try HTTPRequestParser.parse(head[...])
  }
}
