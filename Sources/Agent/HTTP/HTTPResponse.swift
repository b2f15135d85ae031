// An answer, and its bytes on the wire.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A whole answer: bodies here are small and rendered before the first byte is sent.
struct HTTPResponse {
  var status: Int
  var contentType: String
  var body: [UInt8]
  var headers: [(name: String, value: String)] = []

  /// Plain text.
  static func text(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  /// The bytes for the wire. A page may load nothing and run nothing, whatever stood in a log.
  func answer(to request: HTTPRequest?, at now: Moment, closing: Bool) -> HTTPConnection.Answer {
    var head: [UInt8] = []
    head.reserveCapacity(512)
    func line(_ text: String...) {
      for part in text { head.append(contentsOf: part.utf8) }
      head.append(contentsOf: "\r\n".utf8)
    }
    var body = body
    line("HTTP/1.1 ", String(status), " ", HTTPResponse.reason(status))
    line("Date: ", HTTPDate.text(Int(now.real / 1_000_000_000)))
    line("Content-Type: ", contentType)
    if body.count >= Limits.gzipBytes, request?.acceptsGzip ?? false, let packed = Gzip.compress(body) {
      body = packed
      line("Content-Encoding: gzip")
    }
    line("Content-Length: ", String(body.count))
    line("Vary: Accept, Accept-Encoding")
    line("Cache-Control: no-store")
    line("X-Content-Type-Options: nosniff")
    if contentType.hasPrefix("text/html") { line("Content-Security-Policy: ", HTTPResponse.pagePolicy) }
    for header in headers { line(header.name, ": ", header.value) }
    if closing { line("Connection: close") }
    if !closing, request?.minorVersion == 0 { line("Connection: keep-alive") }
    line()
    return HTTPConnection.Answer(head: head, body: request?.method == "HEAD" ? [] : body, closes: closing)
  }

  private static let pagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 431: "Request Header Fields Too Large"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
