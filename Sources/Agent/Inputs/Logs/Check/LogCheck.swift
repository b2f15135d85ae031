// Reads a log once, as the agent would, and keeps what a person wants to know about that: the forms of its lines, which
// keys were taken for what, and the lines that could not be used, each with its reason.
// SPDX-License-Identifier: Apache-2.0

/// What a log is made of. Not thread-safe.
struct LogCheck {
  /// A key that was taken for a role.
  struct Role {
    /// Nil when the value's place tells what it is.
    let key: String?
    /// It stands inside the message.
    var isInMessage = false
    /// The first value, for people: cut and safe to show.
    let example: String
    let unit: String
    var lines: UInt64
  }

  /// The lines of one form.
  struct Share {
    var lines: UInt64 = 0
    var requests: UInt64 = 0
    /// Lines that belong to the ones before them.
    var continuations: UInt64 = 0
    var roles: [LogRole: Role] = [:]
  }

  /// Lines that could not be used, wholly or in part, for one reason.
  struct Unused {
    var count: UInt64 = 0
    /// The first of them, by number.
    var first: [UInt64] = []
  }

  /// Lines, empty ones not.
  private(set) var lines: UInt64 = 0
  private(set) var requests: UInt64 = 0
  private(set) var forms: [Int: Share] = [:]
  private(set) var unused: [LogFault: Unused] = [:]
  /// Requests whose duration has no unit that is known, by key.
  private(set) var ambiguous: [String: Unused] = [:]
  /// Whether compressed data ended before its end.
  var isCut = false
  /// Lines of container runtimes, around those of the services.
  private(set) var wrappers: [LogWrapper: UInt64] = [:]
  private var unwrapper = LineUnwrapper()
  /// The line inside of a runtime's.
  private var inner: [UInt8] = []
  private var number: UInt64 = 0
  private var reader = FormReader()
  private var request = LogRequest()
  private var lastForm: Int?

  /// Reads whole lines, each with its line feed but perhaps the last.
  mutating func read(_ chunk: [UInt8]) {
    let bytes = chunk.span
    reader.look(ahead: bytes)
    var pieces = Splitter.lines(bytes)
    while let whole = pieces.next(in: bytes) {
      number &+= 1
      let end = !whole.isEmpty && bytes[whole.upperBound - 1] == 13 ? whole.upperBound - 1 : whole.upperBound
      if end > whole.lowerBound { unwrap(bytes, whole.lowerBound..<end) }
    }
  }

  /// Reads a line, or the one inside of it when that is complete.
  private mutating func unwrap(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    inner.removeAll(keepingCapacity: true)
    let before = unwrapper.longLines
    guard let found = unwrapper.read(bytes, range, into: &inner) else { return line(bytes, range) }
    wrappers[found.wrapper, default: 0] &+= 1
    if unwrapper.longLines > before {
      lines &+= 1
      note(.tooLong)
    }
    let text = inner
    var end = text.count - 1
    if end > 0, text[end - 1] == 13 { end -= 1 }
    if end > 0 { line(text.span, 0..<end) }
  }

  /// Notes a line that is too long to be kept.
  mutating func skipLongLine() {
    number &+= 1
    lines &+= 1
    note(.tooLong)
  }

  private mutating func line(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    lines &+= 1
    switch reader.read(bytes, range) {
    case .record: record(bytes)
    case .records: for one in reader.records where reader.readRecord(bytes, one) { record(bytes) }
    case .continuation: if let lastForm { forms[lastForm, default: Share()].continuations &+= 1 }
    case .broken(let failure): note(.json(failure))
    }
  }

  private mutating func record(_ bytes: Span<UInt8>) {
    let line = reader.line
    lastForm = line.form
    var share = forms[line.form] ?? Share()
    share.lines &+= 1
    for role in LogRole.allCases where line[role].isThere {
      if let known = share.roles[role], known.unit == unit(line, role, bytes) || known.lines > 0 {
        share.roles[role]?.lines &+= 1
      } else {
        share.roles[role] = Role(
          key: line.key(role).map { reader.paths[$0] }, example: example(line, role, bytes),
          unit: unit(line, role, bytes),
          lines: 1)
      }
    }
    switch request.read(line, bytes) {
    case .none: break
    case .fault(let fault): note(fault)
    case .request:
      share.requests &+= 1
      requests &+= 1
      addMessage(line, &share, bytes)
      if request.hasBadDuration { note(.duration) }
      noteAmbiguous(line)
    }
    forms[line.form] = share
  }

  /// Notes what makes a request of a line and has no key, since the message says it.
  private func addMessage(_ line: borrowing LogLine, _ share: inout Share, _ bytes: Span<UInt8>) {
    for role in LogRole.allCases where !line[role].isThere {
      guard let said = request.said(role, bytes) else { continue }
      if share.roles[role] != nil {
        share.roles[role]?.lines &+= 1
      } else {
        share.roles[role] = Role(
          key: nil, isInMessage: true, example: safe(said.text), unit: role == .duration ? said.unit.name : "",
          lines: 1)
      }
    }
  }

  private mutating func noteAmbiguous(_ line: borrowing LogLine) {
    guard request.seconds == nil, !request.hasBadDuration, line[.duration].isThere,
      line.unit(.duration) == .ambiguous || line.unit(.duration) == .goDuration, let key = line.key(.duration)
    else { return }
    note(&ambiguous[reader.paths[key], default: Unused()])
  }

  private mutating func note(_ fault: LogFault) { note(&unused[fault, default: Unused()]) }

  private func note(_ unused: inout Unused) {
    unused.count &+= 1
    if unused.first.count < Limits.checkExamples { unused.first.append(number) }
  }

  /// What a number is counted in; a text like `12ms` says so itself.
  private func unit(_ line: borrowing LogLine, _ role: LogRole, _ bytes: Span<UInt8>) -> String {
    if role != .duration || (line[role].text != nil && line[role].number(bytes) == nil) { return "" }
    return line.unit(role).name
  }

  private func example(_ line: borrowing LogLine, _ role: LogRole, _ bytes: Span<UInt8>) -> String {
    let text: String
    switch line[role] {
    case .text(let value): text = bytes.string(value)
    case .number(let range): text = bytes.string(range)
    case .flag(let flag): text = flag ? "true" : "false"
    case .none: text = ""
    }
    return safe(text)
  }

  /// A text of strangers on one line, cut.
  private func safe(_ text: String) -> String {
    let safe = DisplayText.safe(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return safe.count > Limits.checkExampleLength ? safe.prefix(Limits.checkExampleLength - 1) + "…" : safe
  }
}
