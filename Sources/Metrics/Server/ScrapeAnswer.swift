// An answer, rendered whole before its first byte is sent, so that a slow client holds nothing but its own copy.
// SPDX-License-Identifier: Apache-2.0

/// An answer to one request.
struct ScrapeAnswer {
  let bytes: [UInt8]
  /// The connection ends with it.
  let closes: Bool

  /// An answer of these parts; without its body for HEAD.
  init(status: Int, contentType: String, body: [UInt8], isHead: Bool, closes: Bool, at seconds: Int) {
    var head = "HTTP/1.1 \(status) \(Self.phrase(status))\r\nDate: \(HTTPDate.text(seconds))\r\n"
    head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\nVary: Accept\r\n"
    head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    if status == 405 { head += "Allow: GET, HEAD\r\n" }
    if closes { head += "Connection: close\r\n" }
    var bytes = Array((head + "\r\n").utf8)
    if !isHead { bytes.append(contentsOf: body) }
    self.bytes = bytes
    self.closes = closes
  }

  /// A refusal as text.
  init(_ refusal: ScrapeRefusal, isHead: Bool = false, closes: Bool = true, at seconds: Int) {
    self.init(
      status: refusal.status, contentType: "text/plain; charset=utf-8", body: Array((refusal.reason + "\n").utf8),
      isHead: isHead, closes: closes, at: seconds)
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 413: "Content Too Large"
    case 431: "Request Header Fields Too Large"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
