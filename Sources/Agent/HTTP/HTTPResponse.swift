// An answer, and its bytes on the wire.
// SPDX-License-Identifier: Apache-2.0

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
  func bytes(for request: HTTPRequest?, at now: Moment, closing: Bool) -> [UInt8] {
    var body = body
    var lines = ["HTTP/1.1 \(status) \(HTTPResponse.reason(status))"]
    lines.append("Date: \(HTTPDate.text(now))")
    lines.append("Content-Type: \(contentType)")
    if body.count >= Limits.gzipBytes, request?.acceptsGzip ?? false, let packed = Gzip.compress(body) {
      body = packed
      lines.append("Content-Encoding: gzip")
    }
    lines.append("Content-Length: \(body.count)")
    lines.append("Vary: Accept, Accept-Encoding")
    lines.append("Cache-Control: no-store")
    lines.append("X-Content-Type-Options: nosniff")
    if contentType.hasPrefix("text/html") {
      lines.append("Content-Security-Policy: \(HTTPResponse.pagePolicy)")
    }
    for header in headers { lines.append("\(header.name): \(header.value)") }
    if closing { lines.append("Connection: close") }
    if !closing, request?.minorVersion == 0 { lines.append("Connection: keep-alive") }
    var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    if request?.method != "HEAD" { bytes += body }
    return bytes
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
