// The head of a request, read strictly: what RFC 9112 lets a server refuse is refused, because every leniency has been a
// hole somewhere. Bodies are not taken, and of the headers only four are kept.
// SPDX-License-Identifier: Apache-2.0

/// A request's line and what its headers say.
struct ScrapeRequest {
  let method: String
  /// Of the target, without the query.
  let path: String
  private(set) var host: String?
  /// All Accept headers, joined.
  private(set) var accept: String?
  /// The client wants to ask again on this connection.
  private(set) var keepsAlive: Bool

  /// The length of the head at the start of `bytes` with its empty line, or nil when more must come. The first `seen`
  /// bytes were looked at before.
  static func headLength(_ bytes: [UInt8], seen: Int, limit: Int) throws(ScrapeRefusal) -> Int? {
    for index in seen..<max(seen, bytes.count) {
      let byte = bytes[index]
      if byte == 0 || (byte == 10) != (index > 0 && bytes[index - 1] == 13) {
        throw bad("a bare carriage return, line feed or NUL")
      }
      if byte == 10, index >= 3, bytes[index - 2] == 10 { return index + 1 }
    }
    if bytes.count >= limit { throw ScrapeRefusal(status: 431, reason: "request head too large") }
    return nil
  }

  /// Reads a whole head.
  init(_ head: ArraySlice<UInt8>) throws(ScrapeRefusal) {
    let text = String(decoding: head, as: UTF8.self)
    var lines = text.unicodeScalars.split(separator: "\r").map { String($0).drop { $0 == "\n" } }[...]
    let parts = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isToken) else {
      throw Self.bad("malformed request line")
    }
    guard parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0" else {
      throw ScrapeRefusal(status: 505, reason: "HTTP/1.1 is spoken here")
    }
    method = String(parts[0])
    path = try Self.path(parts[1])
    keepsAlive = parts[2] == "HTTP/1.1"
    for line in lines where !line.isEmpty { try read(line) }
    if host == nil && parts[2] == "HTTP/1.1" { throw Self.bad("one Host header is needed") }
  }

  /// Takes what is of use out of a header.
  private mutating func read(_ line: Substring) throws(ScrapeRefusal) {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw Self.bad("a header without a colon") }
    let name = line[..<colon]
    if name.isEmpty || !name.utf8.allSatisfy(Self.isToken) { throw Self.bad("a malformed header name") }
    let rest = line[line.index(after: colon)...]
    if rest.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) { throw Self.bad("a control character") }
    let value = String(Self.trimmed(rest))
    switch name.lowercased() {
    case "host":
      if host != nil { throw Self.bad("one Host header is needed") }
      host = value
    case "accept": accept = accept.map { "\($0),\(value)" } ?? value
    case "connection":
      let isClose = value.lowercased().split(separator: ",").contains { Self.trimmed($0) == "close" }
      if isClose { keepsAlive = false }
    case "transfer-encoding": throw ScrapeRefusal(status: 501, reason: "no request bodies here")
    case "content-length":
      if value != "0" { throw ScrapeRefusal(status: 413, reason: "no request bodies here") }
    default: break
    }
  }

  /// The path of `/path?query` or `http://host/path`.
  private static func path(_ target: Substring) throws(ScrapeRefusal) -> String {
    guard target.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw bad("malformed target") }
    var rest = target
    if rest.lowercased().hasPrefix("http://") {
      rest = rest.dropFirst("http://".count)
      guard let slash = rest.firstIndex(of: "/"), slash != rest.startIndex else { throw bad("malformed target") }
      rest = rest[slash...]
    }
    if !rest.hasPrefix("/") { throw bad("malformed target") }
    return String(rest.prefix { $0 != "?" })
  }

  private static func bad(_ reason: String) -> ScrapeRefusal { ScrapeRefusal(status: 400, reason: reason) }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.utf8.first, first == 32 || first == 9 { text = text.dropFirst() }
    while let last = text.utf8.last, last == 32 || last == 9 { text = text.dropLast() }
    return text
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
