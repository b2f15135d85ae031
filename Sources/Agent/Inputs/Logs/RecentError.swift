// An error line as the dashboard shows it. Its text is attacker's data: renderers escape it for their medium.
// SPDX-License-Identifier: Apache-2.0

/// One line of a log at level warning or above, kept for people.
struct RecentError: Sendable, Hashable {
  /// When it was read, or its own time when it has one; nanoseconds since 1970.
  let real: UInt64
  /// The service whose log it stood in.
  let service: String
  /// The level as the line said it, in lower case.
  let level: String
  /// Event or message, the request and the exception's last line, cut to a limit.
  let text: String
}

extension RecentError {
  /// What a line says, and of which `request`; `last` is the last of the lines that belong to it.
  init(
    _ line: LogLine, _ bytes: Span<UInt8>, of request: LogRequest?, last: Range<Int>?, service: String,
    _ now: Moment
  ) {
    var text = (line[.event].text ?? line[.message].text).map { bytes.string($0) } ?? ""
    var cause = line[.exception].text.map { Self.cause(bytes.string($0)) } ?? ""
    if let type = line[.exceptionType].text, !cause.contains(bytes.string(type)) {
      cause = cause.isEmpty ? bytes.string(type) : "\(bytes.string(type)): \(cause)"
    }
    if let last, cause.isEmpty { cause = bytes.string(last) }
    let isSaid = text.hasSuffix(cause)
    if let request {
      var words = Array(text.utf8)
      RequestWords.add(request.method.span, request.path.span, request.status, to: &words)
      text = String(decoding: words, as: UTF8.self)
    }
    if !cause.isEmpty, !isSaid { text += text.isEmpty ? cause : ": \(cause)" }
    self.init(text: text, line.level(bytes) ?? .error, real: line.time(bytes) ?? now.real, service: service)
  }

  /// A text that is cut to the limit.
  init(text: String, _ level: LogLevel, real: UInt64, service: String) {
    var kept = text.utf8.prefix(Limits.recentErrorBytes)
    // A cut inside a character takes the rest of it away.
    while !kept.isEmpty, String(kept) == nil { kept = kept.dropLast() }
    self.init(real: real, service: service, level: level.rawValue, text: String(kept) ?? "")
  }

  /// The line of a stack trace that says what happened: Python's last, the first of others.
  private static func cause(_ stack: String) -> String {
    let lines = stack.split(separator: "\n")
    return String((stack.hasPrefix("Traceback") ? lines.last : lines.first) ?? "")
  }
}
