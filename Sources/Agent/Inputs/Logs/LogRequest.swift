// What makes a line a request: a method, a path and a status, in fields of their own, as a request line, or inside the
// message. Fields win over what the message says; a route that the framework names wins over the path.
// SPDX-License-Identifier: Apache-2.0

/// The request of one line; one is used for line after line. Not thread-safe; bytes that are plain cost no heap.
struct LogRequest {
  /// What a line is.
  enum Outcome: Equatable {
    /// Something else.
    case none
    /// A request that cannot count.
    case fault(LogFault)
    case request
  }

  /// As the line has it; valid UTF-8.
  private(set) var method: [UInt8] = []
  /// The path or the route, perhaps with a query; valid UTF-8.
  private(set) var path: [UInt8] = []
  private(set) var status: UInt16 = 0
  /// Nil when there is no duration, or none that can be.
  private(set) var seconds: Double?
  /// There is a duration, and it cannot be.
  private(set) var hasBadDuration = false
  /// Whose line it is.
  private(set) var teller = RequestTeller.service
  /// Whether a cache had the answer, in lines of any kind.
  private(set) var isCacheHit: Bool?

  /// Routes that say nothing.
  private static let everything = ["/*", "/**", "/{path...}"].map { Array($0.utf8) }

  private var inner = LogLine()
  private var decoded: [UInt8] = []
  private var isDecoded = false
  private var target: [UInt8] = []

  /// Reads a line.
  mutating func read(_ line: borrowing LogLine, _ bytes: Span<UInt8>) -> Outcome {
    inner.begin(form: LogForms.text)
    isDecoded = false
    let hasPath = line[.path].isThere || line[.route].isThere || line[.request].isThere
    guard let message = line[.message].text, !line[.status].isThere || !hasPath else {
      return finish(line, bytes, bytes)
    }
    if message.writing == .plain {
      readMessage(bytes, message.range)
      return finish(line, bytes, bytes)
    }
    decoded.removeAll(keepingCapacity: true)
    bytes.decode(message, into: &decoded)
    isDecoded = true
    let text = decoded
    readMessage(text.span, 0..<text.count)
    return finish(line, bytes, text.span)
  }

  /// Reads the fields that a message holds, or a server's line that is the message.
  private mutating func readMessage(_ text: Span<UInt8>, _ range: Range<Int>) {
    let fields = MessageFields(text, range)
    if fields.method == nil, fields.status == nil, AccessLine.read(text, range, into: &inner) { return }
    func set(_ role: LogRole, _ range: Range<Int>?, _ unit: LogUnit = .none) {
      if let range { inner.set(role, .text(LogText(range, .plain)), unit) }
    }
    set(.method, fields.method)
    set(.path, fields.path)
    set(.status, fields.status)
    set(.cache, fields.cache)
    set(.duration, fields.milliseconds, .milliseconds)
    set(.duration, fields.seconds, .seconds)
  }

  /// What the message of the line that was read last says for a role; nil when it says nothing. For people.
  func said(_ role: LogRole, _ bytes: Span<UInt8>) -> (text: String, unit: LogUnit)? {
    guard let range = inner[role].range else { return nil }
    return (isDecoded ? decoded.span.string(range) : bytes.string(range), inner.unit(role))
  }

  private mutating func finish(
    _ line: borrowing LogLine, _ bytes: Span<UInt8>, _ text: Span<UInt8>
  ) -> Outcome {
    isCacheHit = line[.cache].isThere ? line.isCacheHit(bytes) : inner.isCacheHit(text)
    guard line[.status].isThere || inner[.status].isThere else { return .none }
    method.removeAll(keepingCapacity: true)
    path.removeAll(keepingCapacity: true)
    let isRequest = fillTarget(line, bytes) || fillTarget(inner, text)
    guard isRequest else { return .none }
    if method.isEmpty { return .fault(.method) }
    cutHost()
    guard let first = path.first, first != UInt8(ascii: "?"), first != UInt8(ascii: "#") else { return .fault(.path) }
    let value = line[.status].isThere ? line[.status].number(bytes) : inner[.status].number(text)
    guard let value, value >= 100, value < 600, value == value.rounded(.towardZero) else { return .fault(.status) }
    status = UInt16(value)
    let isServers = LogForms.all[line.form].isServer || inner.form == LogForms.access
    teller = isServers ? .server : .service
    var duration = line.duration(bytes)
    if duration == .none { duration = inner.duration(text) }
    hasBadDuration = duration == .invalid
    seconds = nil
    if case .seconds(let value) = duration { seconds = value }
    return .request
  }

  /// Fills in what is still missing of method and path; true when both are there, be they empty.
  private mutating func fillTarget(_ line: borrowing LogLine, _ bytes: Span<UInt8>) -> Bool {
    var hasMethod = !method.isEmpty
    var hasPath = !path.isEmpty
    if !hasMethod, let text = line[.method].text {
      bytes.decode(text, into: &method)
      hasMethod = true
    }
    if !hasPath, let text = line[.route].text { hasPath = fillRoute(bytes, text) }
    if !hasPath, let text = line[.path].text {
      bytes.decode(text, into: &path)
      hasPath = true
    }
    if hasMethod, hasPath { return true }
    guard let text = line[.request].text else { return false }
    target.removeAll(keepingCapacity: true)
    bytes.decode(text, into: &target)
    let space = target.firstIndex(of: 0x20) ?? target.count
    guard space > 0, space < target.count, HTTPVerb.isOne(target.span, 0..<space) || endsInVersion() else {
      // Of a server's line it is known that this was to be a request.
      return line.unit(.request) == .requestLine || hasMethod || hasPath
    }
    if !hasMethod { method.append(contentsOf: target[..<space]) }
    if !hasPath {
      let last = endsInVersion() ? (target.lastIndex(of: 0x20) ?? target.count) : target.count
      if space + 1 < last { path.append(contentsOf: target[(space + 1)..<last]) }
    }
    return true
  }

  /// A route as frameworks name it, without a method before it; not one that matches everything.
  private mutating func fillRoute(_ bytes: Span<UInt8>, _ text: LogText) -> Bool {
    bytes.decode(text, into: &path)
    if let space = path.firstIndex(of: 0x20), HTTPVerb.isOne(path.span, 0..<space) { path.removeSubrange(...space) }
    if path.contains(UInt8(ascii: "/")), !Self.everything.contains(path) { return true }
    path.removeAll(keepingCapacity: true)
    return false
  }

  /// Whether a request line ends as HTTP/1.0 and later have it.
  private func endsInVersion() -> Bool {
    guard let space = target.lastIndex(of: 0x20) else { return false }
    return target[(space + 1)...].starts(with: "HTTP/".utf8)
  }

  /// Makes a path of an URL.
  private mutating func cutHost() {
    guard path.starts(with: "http://".utf8) || path.starts(with: "https://".utf8),
      let colon = path.firstIndex(of: UInt8(ascii: ":"))
    else { return }
    let host = colon + 3
    let end = path[host...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? path.count
    path.removeSubrange(..<end)
    if path.first != UInt8(ascii: "/") { path.insert(UInt8(ascii: "/"), at: 0) }
  }
}
