// The text of one error: what the line says, and what its exception says. A line of text may be followed by its stack
// trace, in the same chunk or in the next; so its bytes are copied, and it counts when the next line begins.
// SPDX-License-Identifier: Apache-2.0

/// An error line that is being read; one is used for line after line. Not thread-safe.
struct ErrorLine {
  /// Event or message, its first line, cut to a limit; valid UTF-8.
  private(set) var text: [UInt8] = []
  /// What the exception says; empty when there is none.
  var cause: [UInt8] { stack.cause }
  private(set) var level = LogLevel.error
  /// Nanoseconds since 1970.
  private(set) var time: UInt64 = 0
  /// Lines that belong to it may follow.
  private(set) var isOpen = false

  /// The same text with the request behind it, for people; empty when it is none.
  private var whole: [UInt8] = []
  private var stack = ErrorStack()
  private var room: [UInt8] = []
  private var opened = Moment(boot: 0, real: 0)

  /// Begins with a line.
  mutating func begin(_ line: borrowing LogLine, _ bytes: Span<UInt8>, _ level: LogLevel, at now: Moment) {
    self.level = level
    time = line.time(bytes) ?? now.real
    opened = now
    isOpen = LogForms.all[line.form].syntax == .text
    text.removeAll(keepingCapacity: true)
    whole.removeAll(keepingCapacity: true)
    stack.begin()
    if let found = line[.event].text ?? line[.message].text { split(bytes, found) }
    if let found = line[.exception].text { trace(bytes, found) }
    guard let type = line[.exceptionType].text else { return }
    room.removeAll(keepingCapacity: true)
    bytes.decode(Self.start(type, Limits.errorTextBytes), into: &room)
    stack.name(room)
  }

  /// Begins with a line of which all is known: its text, which is plain, and when it was written.
  mutating func begin(_ bytes: Span<UInt8>, text range: Range<Int>, _ level: LogLevel, time: UInt64) {
    self.level = level
    self.time = time
    isOpen = false
    text.removeAll(keepingCapacity: true)
    whole.removeAll(keepingCapacity: true)
    stack.begin()
    for index in range.prefix(Limits.errorTextBytes) { text.append(bytes[index]) }
  }

  /// It is of a request.
  mutating func add(_ method: Span<UInt8>, _ path: Span<UInt8>, status: UInt16) {
    whole.append(contentsOf: text)
    RequestWords.add(method, path, status, to: &whole)
  }

  /// Takes a line that belongs to it.
  mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    room.removeAll(keepingCapacity: true)
    bytes.decode(
      LogText(bytes, raw: range.lowerBound..<min(range.upperBound, range.lowerBound + Limits.errorTextBytes)),
      into: &room)
    let line = room
    stack.add(line.span, 0..<line.count)
  }

  /// Whether it has waited long enough for lines that belong to it.
  func isDue(_ now: Moment) -> Bool { isOpen && now.seconds(since: opened) >= Limits.errorOpenSeconds }

  /// No further line belongs to it.
  mutating func close() { isOpen = false }

  /// Writes text, request and cause as people read them.
  func write(example: inout [UInt8]) {
    example.removeAll(keepingCapacity: true)
    example.append(contentsOf: whole.isEmpty ? text : whole)
    if !example.isEmpty, !cause.isEmpty { example.append(contentsOf: ": ".utf8) }
    example.append(contentsOf: cause)
    example.cut(to: Limits.recentErrorBytes)
  }

  /// The first line is the text; what stands below may be a stack trace.
  private mutating func split(_ bytes: Span<UInt8>, _ found: LogText) {
    let start = Self.start(found, Limits.errorStackBytes)
    bytes.decode(start, into: &text)
    guard let end = text.firstIndex(of: 10) else { return text.cut(to: Limits.errorTextBytes) }
    lines(of: text, from: end + 1, isTrace: false)
    text.removeLast(text.count - end)
    text.cut(to: Limits.errorTextBytes)
  }

  /// What Python's traceback says stands at its end, what others say at their beginning.
  private mutating func trace(_ bytes: Span<UInt8>, _ found: LogText) {
    room.removeAll(keepingCapacity: true)
    bytes.decode(Self.start(found, Limits.errorTextBytes), into: &room)
    lines(of: room, from: 0, isTrace: true)
    if !stack.isPython || found.range.count <= Limits.errorTextBytes { return }
    room.removeAll(keepingCapacity: true)
    let behind = max(found.range.lowerBound + Limits.errorTextBytes, found.range.upperBound - Limits.errorStackBytes)
    bytes.decode(LogText(behind..<found.range.upperBound, found.writing), into: &room)
    // Where it begins is no beginning of a line.
    guard let first = room.firstIndex(of: 10) else { return }
    lines(of: room, from: first + 1, isTrace: true)
  }

  private mutating func lines(of text: [UInt8], from start: Int, isTrace: Bool) {
    var lines = Splitter.pieces(start..<text.count, separator: 10)
    let bytes = text.span
    while let line = lines.next(in: bytes) { stack.add(bytes, line, isTrace: isTrace) }
  }

  /// The beginning of a text.
  private static func start(_ text: LogText, _ limit: Int) -> LogText {
    LogText(text.range.lowerBound..<min(text.range.upperBound, text.range.lowerBound + limit), text.writing)
  }
}

extension [UInt8] {
  /// Shortens UTF-8 to at most so many bytes, before a character.
  mutating func cut(to limit: Int) {
    if count <= limit { return }
    var end = limit
    while end > 0, self[end] & 0xC0 == 0x80 { end -= 1 }
    removeLast(count - end)
  }
}
