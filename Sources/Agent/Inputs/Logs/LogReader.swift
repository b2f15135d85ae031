// The rules: which line is a request, what it adds to which series, which line a person should see. A request counts
// once, at the line that has its method, path and status: a line that says it began has no status, one about a retry
// upstream has no path.
// SPDX-License-Identifier: Apache-2.0

/// Counts the lines of one file into its service. Not thread-safe; bytes that are plain cost no heap.
final class LogReader {
  /// A line of the present chunk that people should see.
  private struct Notable {
    var range: Range<Int>
    /// The record in a line of several.
    var record: Range<Int>?
    /// The last of the lines that belong to it.
    var last: Range<Int>?
  }

  /// Where it counts to.
  let counts: ServiceCounts
  /// Lines that were seen, broken ones included, empty ones not.
  private(set) var lines: UInt64 = 0
  /// What was refused and why.
  private(set) var faults: [LogFault: UInt64] = [:]

  private var reader = FormReader()
  private var request = LogRequest()
  /// At most as many as are kept.
  private var notable: [Notable] = []
  private var notableNext = 0
  /// Where the last line that was noted stands in ``notable``, while lines that belong to it may follow.
  private var open: Int?

  /// Counts into `counts`.
  init(_ counts: ServiceCounts) { self.counts = counts }

  /// Counts faults that the tail met.
  func add(_ fault: LogFault, _ count: UInt64) {
    if count > 0 { faults[fault, default: 0] &+= count }
  }

  /// Counts all lines of `chunk`; appends those that people should see to `errors`, oldest first.
  func read(_ chunk: [UInt8], at now: Moment, errors: inout [RecentError]) {
    let bytes = chunk.span
    notable.removeAll(keepingCapacity: true)
    notableNext = 0
    open = nil
    reader.look(ahead: bytes)
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 10 { end += 1 }
      line(bytes, start..<end)
      start = end + 1
    }
    for offset in notable.indices {
      errors.append(recent(notable[(notableNext + offset) % notable.count], bytes, now))
    }
  }

  private func line(_ bytes: Span<UInt8>, _ whole: Range<Int>) {
    var start = whole.lowerBound
    var end = whole.upperBound
    while start < end, bytes[start] == 0 { start += 1 }
    if end > start, bytes[end - 1] == 13 { end -= 1 }
    if start == end { return }
    lines &+= 1
    let range = start..<end
    switch reader.read(bytes, range) {
    case .record: count(bytes, Notable(range: range))
    case .records:
      for record in reader.records where reader.readRecord(bytes, record) {
        count(bytes, Notable(range: range, record: record))
      }
    case .continuation:
      if let open { notable[open].last = range }
    case .broken(let failure): add(.json(failure), 1)
    }
  }

  private func count(_ bytes: Span<UInt8>, _ place: Notable) {
    open = nil
    if let level = reader.line.level(bytes) {
      counts.countLine(level)
      if level.isNotable { note(place) }
    } else {
      countWord(bytes, place)
    }
    let outcome = request.read(reader.line, bytes)
    if let isHit = request.isCacheHit { counts.countCache(isHit: isHit) }
    switch outcome {
    case .none: break
    case .fault(let fault): add(fault, 1)
    case .request:
      if request.hasBadDuration { add(.duration, 1) }
      counts.countRequest(
        method: request.method, path: request.path, status: request.status, seconds: request.seconds)
    }
  }

  /// Counts a line whose level is a word that we do not know.
  private func countWord(_ bytes: Span<UInt8>, _ place: Notable) {
    guard let text = reader.line[.level].text else { return counts.countLine(.unknown) }
    if text.writing == .plain { return counts.countLine(level: bytes.extracting(text.range)) }
    let word = Array(bytes.string(text).utf8)
    let level = LogLevel.named(word.span, 0..<word.count)
    if let level { counts.countLine(level) } else { counts.countLine(level: word.span) }
    if level?.isNotable == true { note(place) }
  }

  private func note(_ place: Notable) {
    if notable.count < Limits.recentErrors {
      notable.append(place)
      open = notable.count - 1
    } else {
      notable[notableNext] = place
      open = notableNext
      notableNext = (notableNext + 1) % notable.count
    }
  }

  /// Reads a noted line again: only those that are kept cost memory.
  private func recent(_ place: Notable, _ bytes: Span<UInt8>, _ now: Moment) -> RecentError {
    var reader = reader
    if let record = place.record { _ = reader.readRecord(bytes, record) } else { _ = reader.read(bytes, place.range) }
    let line = reader.line
    var text = (line[.event].text ?? line[.message].text).map { bytes.string($0) } ?? ""
    var cause = line[.exception].text.map { Self.cause(bytes.string($0)) } ?? ""
    if let type = line[.exceptionType].text, !cause.contains(bytes.string(type)) {
      cause = cause.isEmpty ? bytes.string(type) : "\(bytes.string(type)): \(cause)"
    }
    if let last = place.last, cause.isEmpty { cause = bytes.string(last) }
    if !cause.isEmpty, !text.hasSuffix(cause) { text += text.isEmpty ? cause : ": \(cause)" }
    var kept = text.utf8.prefix(Limits.recentErrorBytes)
    // A cut inside a character takes the rest of it away.
    while !kept.isEmpty, String(kept) == nil { kept = kept.dropLast() }
    let level = line.level(bytes) ?? .error
    return RecentError(
      real: line.time(bytes) ?? now.real, service: counts.service, level: level.rawValue, text: String(kept) ?? "")
  }

  /// The line of a stack trace that says what happened: Python's last, the first of others.
  private static func cause(_ stack: String) -> String {
    let lines = stack.split(separator: "\n")
    return String((stack.hasPrefix("Traceback") ? lines.last : lines.first) ?? "")
  }
}
