import Dispatch
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Asking an agent")
struct HTTPClientTests {
  static let bad = ["", "http://", "https://127.0.0.1:1", "http://example.com:80", "unix:", "127.0.0.1"]

  @Test("What is no agent's address is refused, and the option named", arguments: bad)
  func addresses(url: String) {
    let error = #expect(throws: HTTPClient.Failure.self) { try HTTPClient.text(url, path: "/", timeoutSeconds: 1) }
    #expect(error?.message.hasPrefix("--url \(url): ") == true)
  }

  @Test("Where nobody listens is told apart")
  func refused() throws {
    let url = try HTTPTestBench().listener.address.description
    for url in [url, "unix:/nowhere/at/all"] {
      let error = #expect(throws: HTTPClient.Failure.self) { try HTTPClient.text(url, path: "/", timeoutSeconds: 1) }
      #expect(error?.isRefused == true)
      #expect(error?.message.hasPrefix("\(url): ") == true)
    }
  }

  static let answers: [(String, String)] = [
    ("", "not an HTTP answer"),
    ("SSH-2.0-OpenSSH\r\n\r\n", "not an HTTP answer"),
    ("HTTP/1.1 200 OK\r\n", "not an HTTP answer"),
    ("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nnot found\n", "404: not found"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "the answer broke off"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx", "the answer broke off"),
    ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", "the answer broke off"),
    ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "the answer broke off"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nx", "the answer broke off"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxx", "the answer broke off"),
  ]

  @Test("An answer that is of no use is an error that says why", arguments: answers)
  func broken(answer: String, reason: String) throws {
    let outcome = try Self.ask(answeredWith: answer)
    #expect(outcome.text == nil)
    #expect(outcome.failure?.hasSuffix(": \(reason)") == true)
  }

  @Test("The body of a good answer is given")
  func good() throws {
    #expect(try Self.ask(answeredWith: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").text == "ok")
    #expect(try Self.ask(answeredWith: "HTTP/1.1 200 OK\r\n\r\nok\r\n\r\n").text == "ok\r\n\r\n")
  }

  @Test("The server's answer is understood")
  func server() throws {
    let bench = try HTTPTestBench()
    let asked = Asked("http://\(bench.listener.address.description)/", path: "/large")
    try bench.turn { asked.isDone }
    #expect(asked.outcome.text?.utf8.count == 20_000)
    try bench.turnUntil("vitals_http_connections", is: 0)
  }

  /// A client that asks on a thread of its own.
  final class Asked: Sendable {
    struct Outcome: Sendable {
      var text: String?
      var failure: String?
    }

    private let state = Locked(Outcome())

    init(_ url: String, path: String) {
      let state = state
      DispatchQueue.global().async {
        do throws(HTTPClient.Failure) {
          let text = try HTTPClient.text(url, path: path, timeoutSeconds: 30)
          state.withLock { $0.text = text }
        } catch {
          let message = error.message
          state.withLock { $0.failure = message }
        }
      }
    }

    var outcome: Outcome { state.withLock { $0 } }
    var isDone: Bool { outcome.text != nil || outcome.failure != nil }
  }

  /// One exchange with a server that says `answer` and closes.
  private static func ask(answeredWith answer: String) throws -> Asked.Outcome {
    let loop = try EventLoop(clock: HTTPTestClock())
    let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
    let asked = Asked(listener.address.description, path: "/")
    var isAsked = false
    let token = try loop.add(listener.number, .read) { _ in
      guard let connection = try? listener.accept() else { return }
      var request: [UInt8] = []
      // Unread bytes would turn the close into a reset.
      while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) { _ = try? connection.read(into: &request, count: 4_096) }
      _ = try? connection.write(Array(answer.utf8), from: 0)
      isAsked = true
    }
    for _ in 0..<20_000 where !isAsked || !asked.isDone { try loop.turn(timeoutMilliseconds: 1) }
    loop.remove(token, listener.number)
    return asked.outcome
  }
}
