// The rules: which line is a request, what it adds to which series, which line a person should see. A request counts
// once, at the line that has its method, path and status: a line that says it began has no status, one about a retry
// upstream has no path. A struct that is borrowed for a whole chunk: then nothing on a line's way asks who else holds it.
// SPDX-License-Identifier: Apache-2.0

/// Counts lines into a service's tally. Not thread-safe; lines whose values are plain cost no heap.
struct LineCounter: ~Copyable {
  /// Lines that were seen, broken ones included, empty ones not.
  private(set) var lines: UInt64 = 0
  /// What was refused and why.
  private(set) var faults: [LogFault: UInt64] = [:]
  /// Lines of the present chunk that people should see, at most as many as are kept, from ``notableNext`` on.
  private(set) var notable: [NotableLine] = []
  private(set) var notableNext = 0

  private var scanner: LineScanner
  /// The values of the present line, by ``LogKey``.
  private var values = LineScanner.values(of: LogKey.plan)
  /// Where a method or path is decoded that is not plain.
  private var methodBytes: [UInt8] = []
  private var pathBytes: [UInt8] = []

  /// Will check lines as `check` says.
  init(check: LineScanner.Check) { scanner = LineScanner(LogKey.plan, check: check) }

  /// Counts faults that somebody else met.
  mutating func add(_ fault: LogFault, _ count: UInt64) {
    if count > 0 { faults[fault, default: 0] &+= count }
  }

  /// Counts all lines of a chunk into `tally`.
  mutating func read(_ bytes: Span<UInt8>, into tally: inout LogTally) {
    notable.removeAll(keepingCapacity: true)
    notableNext = 0
    var start = 0
    while start < bytes.count {
      let end = bytes.first(10, in: start..<bytes.count)
      line(bytes, start..<end, &tally)
      start = end &+ 1
    }
  }

  private mutating func line(_ bytes: Span<UInt8>, _ whole: Range<Int>, _ tally: inout LogTally) {
    var start = whole.lowerBound
    var end = whole.upperBound
    while start < end, bytes[start] == 0 { start += 1 }
    if end > start, bytes[end - 1] == 13 { end -= 1 }
    if start == end { return }
    lines &+= 1
    do throws(JSONFailure) {
      try scanner.scan(bytes, start..<end, into: &values)
    } catch {
      return add(.json(error), 1)
    }
    count(bytes, &tally)
  }

  /// The value of a key in the present line.
  @inline(__always) private func value(_ key: LogKey) -> JSONSlice { values[key.rawValue] }

  /// The text of a key; nil when it is no string.
  @inline(__always) private func text(_ key: LogKey) -> JSONText? { value(key).text }

  private mutating func count(_ bytes: Span<UInt8>, _ tally: inout LogTally) {
    countLevel(bytes, &tally)
    let cache = value(.cache)
    if cache.kind == .string, cache.isPlain { tally.countCache(bytes, cache.range) }
    let (method, path, status) = (value(.method), value(.path), value(.status))
    let hasStatus = status.isThere && status.kind != .null
    if hasStatus, path.kind == .string {
      guard method.kind == .string else { return }
      if method.isPlain, path.isPlain {
        let seconds = ownSeconds(bytes)
        request(bytes, method.range, bytes, path.range, Self.status(status, bytes), seconds, &tally)
        return
      }
      return decodedRequest(bytes, nil, bytes, &tally)
    }
    guard let message = text(.msg) ?? text(.message) else { return }
    messageRequest(bytes, message, &tally)
  }

  private mutating func countLevel(_ bytes: Span<UInt8>, _ tally: inout LogTally) {
    guard let level = text(.level), level.isPlain, !level.range.isEmpty else {
      let text = text(.level).map { bytes.string($0) } ?? ""
      let named = Array((text.isEmpty ? "unknown" : text).utf8)
      return tally.levels.count(named.span, 0..<named.count)
    }
    tally.levels.count(bytes, level.range)
    if Self.isNotable(bytes, level.range) { note(level) }
  }

  /// A request some of whose fields stand inside the message.
  @inline(never) private mutating func messageRequest(
    _ bytes: Span<UInt8>, _ message: JSONText, _ tally: inout LogTally
  ) {
    if message.isPlain { return decodedRequest(bytes, MessageFields(bytes, message.range), bytes, &tally) }
    var decoded: [UInt8] = []
    bytes.decode(message, into: &decoded)
    decodedRequest(bytes, MessageFields(decoded.span, 0..<decoded.count), decoded.span, &tally)
  }

  /// A request whose fields must be copied: out of escapes, or from two places. Fields of the object win over those
  /// inside the message.
  @inline(never) private mutating func decodedRequest(
    _ bytes: Span<UInt8>, _ inner: MessageFields?, _ innerBytes: Span<UInt8>, _ tally: inout LogTally
  ) {
    let (method, path, status) = (text(.method), text(.path), value(.status))
    if text(.cache)?.isPlain != true, let cache = inner?.cache { tally.countCache(innerBytes, cache) }
    let hasStatus = status.isThere && status.kind != .null
    guard method != nil || inner?.method != nil, path != nil || inner?.path != nil, hasStatus || inner?.status != nil
    else { return }
    let number = hasStatus ? Self.status(status, bytes) : inner?.status.flatMap { innerBytes.double($0) }
    Self.fill(&methodBytes, method, bytes, inner?.method, innerBytes)
    Self.fill(&pathBytes, path, bytes, inner?.path, innerBytes)
    let seconds = ownSeconds(bytes) ?? inner.flatMap { Self.seconds($0, innerBytes) }
    let (methodCopy, pathCopy) = (methodBytes, pathBytes)
    request(methodCopy.span, 0..<methodCopy.count, pathCopy.span, 0..<pathCopy.count, number, seconds, &tally)
  }

  /// Counts a request. `status` is nil when it is no number; `seconds` when it has no duration, else whatever it says.
  @inline(__always) private mutating func request(
    _ methodBytes: Span<UInt8>, _ method: Range<Int>, _ pathBytes: Span<UInt8>, _ path: Range<Int>, _ status: Double?,
    _ seconds: Double?, _ tally: inout LogTally
  ) {
    if method.isEmpty { return add(.method, 1) }
    guard let first = path.first, pathBytes[first] != UInt8(ascii: "?"), pathBytes[first] != UInt8(ascii: "#") else {
      return add(.path, 1)
    }
    guard let status, status >= 100, status < 600, status == status.rounded(.towardZero) else { return add(.status, 1) }
    var believed = seconds
    if let seconds, !(seconds >= 0 && seconds <= Limits.logDurationSeconds) {
      believed = nil
      add(.duration, 1)
    }
    tally.routes.count(methodBytes, method: method, pathBytes, path: path, status: UInt16(status), seconds: believed)
  }

  /// The duration that the object itself has, in seconds; not a number when it is none.
  @inline(__always) private func ownSeconds(_ bytes: Span<UInt8>) -> Double? {
    let milliseconds = value(.milliseconds)
    if milliseconds.isThere, milliseconds.kind != .null { return (Self.double(milliseconds, bytes) ?? .nan) / 1_000 }
    let seconds = value(.seconds)
    if seconds.isThere, seconds.kind != .null { return Self.double(seconds, bytes) ?? .nan }
    return nil
  }

  /// The duration inside a message, in seconds; not a number when it is none.
  private static func seconds(_ fields: MessageFields, _ bytes: Span<UInt8>) -> Double? {
    if let seconds = fields.seconds { return bytes.double(seconds) ?? .nan }
    return fields.milliseconds.map { (bytes.double($0) ?? .nan) / 1_000 }
  }

  /// A status; of three digits as a rule.
  @inline(__always) private static func status(_ value: JSONSlice, _ bytes: Span<UInt8>) -> Double? {
    if value.kind != .number || value.range.count != 3 { return double(value, bytes) }
    let word = bytes.word(at: value.range.lowerBound, count: 3)
    // Each digit less its 0; a byte above 9 is a sign or a point.
    let digits = word &- 0x30_30_30
    if (digits | digits &+ 0x76_76_76) & 0x80_80_80 != 0 { return double(value, bytes) }
    return Double((digits & 0xFF) &* 100 &+ (digits >> 8 & 0xFF) &* 10 &+ digits >> 16)
  }

  /// A number, or a string that is one.
  private static func double(_ value: JSONSlice, _ bytes: Span<UInt8>) -> Double? {
    switch value.kind {
    case .number: bytes.number(value.range)
    case .string: value.isPlain ? bytes.double(value.range) : nil
    default: nil
    }
  }

  /// Fills `buffer` with a field's valid UTF-8; with nothing when the field is empty.
  private static func fill(
    _ buffer: inout [UInt8], _ field: JSONText?, _ bytes: Span<UInt8>, _ inner: Range<Int>?, _ text: Span<UInt8>
  ) {
    buffer.removeAll(keepingCapacity: true)
    if let field {
      bytes.decode(field, into: &buffer)
    } else if let inner {
      for index in inner { buffer.append(text[index]) }
    }
  }

  /// Whether a level is warning or above: by its first letters, as loggers abbreviate.
  private static func isNotable(_ bytes: Span<UInt8>, _ level: Range<Int>) -> Bool {
    guard let first = level.first else { return false }
    switch bytes[first] | 0x20 {
    case UInt8(ascii: "w"), UInt8(ascii: "c"), UInt8(ascii: "f"), UInt8(ascii: "a"): return true
    case UInt8(ascii: "e"): return true
    default: return false
    }
  }

  private mutating func note(_ level: JSONText) {
    let line = NotableLine(
      level: level, event: text(.event) ?? text(.msg) ?? text(.message), exception: text(.exc) ?? text(.exception),
      timestamp: text(.timestamp))
    if notable.count < Limits.recentErrors {
      notable.append(line)
    } else {
      notable[notableNext] = line
      notableNext = (notableNext + 1) % notable.count
    }
  }
}
