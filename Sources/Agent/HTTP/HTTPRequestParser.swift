// Reads the head of a request, strictly: what RFC 9112 lets a server refuse is refused, because every leniency has been
// a hole somewhere. Bodies are not taken: nothing here needs one.
// SPDX-License-Identifier: Apache-2.0

/// A request that cannot be served; the connection closes after the answer.
struct HTTPRefusal: Error, Equatable {
  let status: Int
  let reason: String
}

/// Parses request heads.
enum HTTPRequestParser {
  /// The length of the head at the start of `bytes` with its empty line, or nil when more must come. The first `seen`
  /// bytes were looked at before without finding its end. What no more bytes can mend is refused at once.
  static func headLength(_ bytes: [UInt8], seen: Int = 0) throws(HTTPRefusal) -> Int? {
    let end = min(bytes.count, Limits.requestHeadBytes)
    var previous = seen > 0 && seen <= end ? bytes[seen - 1] : 0
    for index in min(seen, end)..<end {
      let byte = bytes[index]
      if byte == 0 { throw bad("a NUL in the head") }
      if (byte == 10) != (previous == 13) { throw bad("a bare carriage return or line feed") }
      if byte == 10, index >= 3, bytes[index - 2] == 10 { return index + 1 }
      previous = byte
    }
    if end == Limits.requestHeadBytes { throw HTTPRefusal(status: 431, reason: "request head too large") }
    return nil
  }

  /// Parses a whole head.
  static func parse(_ head: ArraySlice<UInt8>) throws(HTTPRefusal) -> HTTPRequest {
    var lines = head.split(separator: 13, omittingEmptySubsequences: false)[...]
    guard let first = lines.popFirst() else { throw bad("empty request") }
    let (method, path, items, minorVersion) = try requestLine(first)
    var headers: [(name: String, value: String)] = []
    for line in lines {
      guard line.first == 10 else { throw bad("a bare carriage return") }
      let text = line.dropFirst()
      if text.isEmpty { continue }
      if headers.count == Limits.requestHeaders { throw HTTPRefusal(status: 431, reason: "too many headers") }
      headers.append(try header(text))
    }
    let request = HTTPRequest(
      method: method, path: path, queryItems: items, headers: headers, minorVersion: minorVersion)
    try checkBody(request)
    return request
  }

  private static func bad(_ reason: String) -> HTTPRefusal { HTTPRefusal(status: 400, reason: reason) }

  private static func requestLine(
    _ line: ArraySlice<UInt8>
  ) throws(HTTPRefusal) -> (method: String, path: String, items: [(name: String, value: String)], minorVersion: Int) {
    let parts = line.split(separator: 32, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw bad("malformed request line") }
    guard !parts[0].isEmpty, parts[0].allSatisfy(isToken) else { throw bad("malformed method") }
    if parts[1].count > Limits.requestTargetBytes { throw HTTPRefusal(status: 414, reason: "target too long") }
    guard parts[1].allSatisfy({ $0 > 32 && $0 < 127 }) else { throw bad("malformed target") }
    let minor: Int
    switch String(decoding: parts[2], as: UTF8.self) {
    case "HTTP/1.1": minor = 1
    case "HTTP/1.0": minor = 0
    case let version where version.hasPrefix("HTTP/"): throw HTTPRefusal(status: 505, reason: "HTTP/1.1 is spoken here")
    default: throw bad("malformed version")
    }
    let (path, items) = try target(String(decoding: parts[1], as: UTF8.self))
    let method = String(decoding: parts[0], as: UTF8.self)
    return (method, path, items, minor)
  }

  private static func target(
    _ text: String
  ) throws(HTTPRefusal) -> (String, [(name: String, value: String)]) {
    var rest = text
    // Mostly it begins with a slash.
    let schemes = rest.utf8.first == UInt8(ascii: "/") ? [] : ["http://", "https://"]
    for scheme in schemes where rest.lowercased().hasPrefix(scheme) {
      let after = rest.dropFirst(scheme.count)
      let end = after.firstIndex { $0 == "/" || $0 == "?" } ?? after.endIndex
      if end == after.startIndex { throw bad("malformed target") }
      rest = (after[end...].hasPrefix("/") ? "" : "/") + after[end...]
    }
    guard rest.hasPrefix("/") else { throw bad("malformed target") }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = decode(parts[0], plusIsSpace: false) else { throw bad("malformed escape in the path") }
    var items: [(name: String, value: String)] = []
    for item in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(pair[0], plusIsSpace: true),
        let value = decode(pair.dropFirst().first ?? "", plusIsSpace: true)
      else { throw bad("malformed escape in the query") }
      items.append((name, value))
    }
    return (path, items)
  }

  /// Percent-decoding; nil for a broken escape or an encoded NUL.
  private static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else { return nil }
        bytes.append(high << 4 | low)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 32 : byte)
      }
    }
    return bytes.contains(0) ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func header(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw bad("a header without a colon") }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(isToken) else { throw bad("a malformed header name") }
    var value = line[line.index(after: colon)...]
    while let byte = value.first, byte == 32 || byte == 9 { value = value.dropFirst() }
    while let byte = value.last, byte == 32 || byte == 9 { value = value.dropLast() }
    guard value.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else { throw bad("a control character in a header") }
    return (String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
  }

  private static func checkBody(_ request: HTTPRequest) throws(HTTPRefusal) {
    if request.header("transfer-encoding") != nil { throw HTTPRefusal(status: 501, reason: "no request bodies here") }
    let lengths = request.headers.filter { $0.name == "content-length" }.map(\.value)
    if lengths.contains(where: { $0 != "0" }) { throw HTTPRefusal(status: 413, reason: "no request bodies here") }
    let hosts = request.headers.filter { $0.name == "host" }.count
    if hosts > 1 || (hosts == 0 && request.minorVersion >= 1) { throw bad("one Host header is needed") }
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
