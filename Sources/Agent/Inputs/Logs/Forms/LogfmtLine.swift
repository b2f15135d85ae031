// Lines of `key=value` pairs, as logrus, slog's TextHandler, go-kit and most of Grafana's programs write them:
//
//     time="2026-11-21T14:29:04Z" level=info msg="request handled" latency=2.1ms method=GET path="/orders/17?full=1"
//     ts=2026-11-21T14:29:04.113Z caller=main.go:130 level=info msg=listening flag nothing=
//
// SPDX-License-Identifier: Apache-2.0

/// Cuts such lines.
enum LogfmtLine {
  /// Reads a line into `fields`; false when it is no such line: its first word must be a pair, and at least two.
  static func read(_ bytes: Span<UInt8>, _ range: Range<Int>, into fields: inout LineFields) -> Bool {
    var at = range.lowerBound
    guard keyEnd(bytes, at, range.upperBound) != nil else { return false }
    fields.reset()
    var pairs = 0
    while at < range.upperBound {
      if bytes[at] == 0x20 {
        at += 1
        continue
      }
      guard let end = keyEnd(bytes, at, range.upperBound) else {
        // A key without a value, or a word that belongs to nothing.
        while at < range.upperBound, bytes[at] != 0x20 { at += 1 }
        continue
      }
      let key = at..<end
      at = end + 1
      let value = value(bytes, &at, range.upperBound)
      pairs += 1
      fields.take(bytes, key: key, value)
    }
    return pairs > 1
  }

  /// Where the key that begins at `start` has its equals sign; nil when no key does.
  private static func keyEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var at = start
    while at < end, bytes[at] > 0x20, bytes[at] != UInt8(ascii: "="), bytes[at] != UInt8(ascii: "\"") { at += 1 }
    return at > start && at < end && bytes[at] == UInt8(ascii: "=") ? at : nil
  }

  /// The value at `at`, which is moved behind it.
  private static func value(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> LogValue {
    if at < end, bytes[at] == UInt8(ascii: "\"") { return quoted(bytes, &at, end) }
    let start = at
    while at < end, bytes[at] != 0x20 { at += 1 }
    if start == at || bytes.equals(start..<at, "null") { return .none }
    return .text(LogText(bytes, raw: start..<at))
  }

  private static func quoted(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> LogValue {
    at += 1
    let start = at
    var isPlain = true
    while at < end, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\") || bytes[at] >= 0x80 { isPlain = false }
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    at = min(at, end)
    let text = LogText(start..<at, isPlain ? .plain : .escaped)
    at = min(at + 1, end)
    return .text(text)
  }
}
