// The fields that a standard-library log keeps inside its message:
//
//     GET /orders/17 - 0.007s status=200 request_id=8f1c cache=hit
//     request_completed method=GET path=/orders/17 status=200 duration_ms=7.1
//
// A path is decoded text and may hold spaces; so the head ends at the first ` - NUMBERs`, not at the first space.
// SPDX-License-Identifier: Apache-2.0

/// Ranges of what a message says.
struct MessageFields {
  var method: Range<Int>?
  var path: Range<Int>?
  var status: Range<Int>?
  var cache: Range<Int>?
  /// The trace's id, or a `traceparent`.
  var trace: Range<Int>?
  var requestID: Range<Int>?
  /// Seconds.
  var seconds: Range<Int>?
  var milliseconds: Range<Int>?

  /// Reads a message; what it does not have stays nil.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let pairs = head(bytes, range) ?? range.lowerBound
    var fields = Splitter.fields(pairs..<range.upperBound)
    while let field = fields.next(in: bytes) {
      var sign = field.lowerBound
      while sign < field.upperBound, bytes[sign] != UInt8(ascii: "=") { sign += 1 }
      if sign + 1 >= field.upperBound { continue }
      take(bytes, field.lowerBound..<sign, (sign + 1)..<field.upperBound)
    }
  }

  private mutating func take(_ bytes: Span<UInt8>, _ key: Range<Int>, _ value: Range<Int>) {
    if bytes.equals(key, "status") {
      status = status ?? value
    } else if bytes.equals(key, "cache") {
      cache = cache ?? value
    } else if bytes.equals(key, "method") {
      method = method ?? value
    } else if bytes.equals(key, "path") {
      path = path ?? value
    } else if bytes.equals(key, "duration_ms") {
      milliseconds = milliseconds ?? value
    } else if bytes.equals(key, "process_time") {
      seconds = seconds ?? value
    } else if bytes.equals(key, "request_id") {
      requestID = requestID ?? value
    } else if bytes.equals(key, "trace_id") || bytes.equals(key, "traceparent") {
      trace = trace ?? value
    }
  }

  /// Reads `METHOD PATH - NUMBERs`; returns where it ends, or nil when the message does not begin so.
  private mutating func head(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var at = range.lowerBound
    while at < range.upperBound, bytes[at] &- UInt8(ascii: "A") < 26 { at += 1 }
    let verb = range.lowerBound..<at
    guard verb.count >= 3, at + 1 < range.upperBound, bytes[at] == 0x20 else { return nil }
    let start = at + 1
    at = start
    while at + 3 < range.upperBound {
      if bytes[at] == 0x20, bytes[at + 1] == UInt8(ascii: "-"), bytes[at + 2] == 0x20,
        let end = time(bytes, (at + 3)..<range.upperBound)
      {
        method = verb
        path = start..<at
        return end
      }
      at += 1
    }
    return nil
  }

  /// Reads `0.012s`, ended by a space or the message's end.
  private mutating func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var at = range.lowerBound
    while at < range.upperBound, bytes[at] &- UInt8(ascii: "0") <= 9 || bytes[at] == UInt8(ascii: ".") { at += 1 }
    guard at > range.lowerBound, at < range.upperBound, bytes[at] == UInt8(ascii: "s") else { return nil }
    if at + 1 < range.upperBound, bytes[at + 1] != 0x20 { return nil }
    seconds = range.lowerBound..<at
    return at + 1
  }
}
