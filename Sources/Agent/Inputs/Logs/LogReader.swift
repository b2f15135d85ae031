// The rules: which line is a request, what it adds to which series, which line a person should see. A request counts
// once, at the line that has its method, path and status: a line that says it began has no status, one about a retry
// upstream has no path.
// SPDX-License-Identifier: Apache-2.0

/// Counts the lines of one file into its service. Not thread-safe; bytes that are plain cost no heap.
final class LogReader {
  /// Where it counts to.
  let counts: ServiceCounts
  /// Lines that were seen, broken ones included, empty ones not.
  private(set) var lines: UInt64 = 0
  /// What was refused and why.
  private(set) var faults: [LogFault: UInt64] = [:]

  /// Lines of the present chunk that people should see, at most as many as are kept.
  private var notable: [(line: LogLine, level: String)] = []
  private var notableNext = 0
  private var methodBytes: [UInt8] = []
  private var pathBytes: [UInt8] = []

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
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 10 { end += 1 }
      line(bytes, start..<end)
      start = end + 1
    }
    for offset in notable.indices {
      let (line, level) = notable[(notableNext + offset) % notable.count]
      errors.append(recent(line, level, bytes, now))
    }
  }

  private func line(_ bytes: Span<UInt8>, _ whole: Range<Int>) {
    var start = whole.lowerBound
    var end = whole.upperBound
    while start < end, bytes[start] == 0 { start += 1 }
    if end > start, bytes[end - 1] == 13 { end -= 1 }
    if start == end { return }
    lines &+= 1
    do throws(JSONFailure) {
      count(try LogLine(bytes, start..<end), bytes)
    } catch {
      add(.json(error), 1)
    }
  }

  private func count(_ line: LogLine, _ bytes: Span<UInt8>) {
    if let level = line.level, level.isPlain, !level.range.isEmpty {
      counts.countLine(level: bytes.extracting(level.range))
      if Self.isNotable(bytes, level.range) { note(line, bytes.string(level).lowercased()) }
    } else {
      let text = line.level.map { bytes.string($0) } ?? ""
      counts.countLine(level: Array((text.isEmpty ? "unknown" : text).utf8).span)
    }
    if let message = line.message, line.status == nil || line.path == nil {
      if message.isPlain { return request(line, bytes, MessageFields(bytes, message.range), bytes) }
      var decoded: [UInt8] = []
      bytes.decode(message, into: &decoded)
      return request(line, bytes, MessageFields(decoded.span, 0..<decoded.count), decoded.span)
    }
    request(line, bytes, nil, bytes)
  }

  private func request(_ line: LogLine, _ bytes: Span<UInt8>, _ inner: MessageFields?, _ text: Span<UInt8>) {
    if let cache = line.cache, cache.isPlain {
      countCache(bytes, cache.range)
    } else if let cache = inner?.cache {
      countCache(text, cache)
    }
    guard line.method != nil || inner?.method != nil, line.path != nil || inner?.path != nil,
      line.status != nil || inner?.status != nil
    else { return }
    Self.fill(&methodBytes, line.method, bytes, inner?.method, text)
    Self.fill(&pathBytes, line.path, bytes, inner?.path, text)
    if methodBytes.isEmpty { return add(.method, 1) }
    guard let first = pathBytes.first, first != UInt8(ascii: "?"), first != UInt8(ascii: "#") else {
      return add(.path, 1)
    }
    let value = line.status.map { Self.double($0, bytes) } ?? inner?.status.flatMap { text.double($0) }
    guard let value, value >= 100, value < 600, value == value.rounded(.towardZero) else { return add(.status, 1) }
    let seconds = duration(line, bytes, inner, text)
    counts.countRequest(method: methodBytes, path: pathBytes, status: UInt16(value), seconds: seconds)
  }

  private func countCache(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if bytes.equals(range, "hit") {
      counts.countCache(isHit: true)
    } else if bytes.equals(range, "miss") {
      counts.countCache(isHit: false)
    }
  }

  /// Seconds; nil when there is none, or none that can be.
  private func duration(
    _ line: LogLine, _ bytes: Span<UInt8>, _ inner: MessageFields?, _ text: Span<UInt8>
  ) -> Double? {
    let value: Double?
    if let milliseconds = line.milliseconds {
      value = Self.double(milliseconds, bytes).map { $0 / 1_000 }
    } else if let seconds = line.seconds {
      value = Self.double(seconds, bytes)
    } else if let seconds = inner?.seconds {
      value = text.double(seconds)
    } else if let milliseconds = inner?.milliseconds {
      value = text.double(milliseconds).map { $0 / 1_000 }
    } else {
      return nil
    }
    if let value, value >= 0, value <= Limits.logDurationSeconds { return value }
    add(.duration, 1)
    return nil
  }

  /// A number, or a string that is one.
  private static func double(_ value: JSONValue, _ bytes: Span<UInt8>) -> Double? {
    switch value {
    case .number(let range): bytes.number(range)
    case .string(let text): text.isPlain ? bytes.double(text.range) : nil
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

  private func note(_ line: LogLine, _ level: String) {
    if notable.count < Limits.recentErrors {
      notable.append((line, level))
    } else {
      notable[notableNext] = (line, level)
      notableNext = (notableNext + 1) % notable.count
    }
  }

  private func recent(_ line: LogLine, _ level: String, _ bytes: Span<UInt8>, _ now: Moment) -> RecentError {
    var text = (line.event ?? line.message).map { bytes.string($0) } ?? ""
    if let exception = line.exception {
      let last = bytes.string(exception).split(separator: "\n").last ?? ""
      text += text.isEmpty ? String(last) : ": \(last)"
    }
    var kept = text.utf8.prefix(Limits.recentErrorBytes)
    // A cut inside a character takes the rest of it away.
    while !kept.isEmpty, String(kept) == nil { kept = kept.dropLast() }
    let own = line.timestamp.flatMap { Timestamp.nanoseconds(bytes, $0.range) }
    return RecentError(real: own ?? now.real, service: counts.service, level: level, text: String(kept) ?? "")
  }
}
