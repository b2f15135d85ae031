// What a line of a log says, in the two forms that services write.
//
//     {"method": "GET", "path": "/orders/17", "duration_ms": 7.1, "status": 200, "event": "request_completed",
//      "level": "info", "timestamp": "2026-11-21T04:11:11.084468Z"}
//     {"level":"INFO","msg":"GET /orders/17 - 0.007s status=200 cache=hit","logger":"app"}
//
// Fields of the object win over those inside `msg`. Ranges into the line, nothing is copied; a `msg` with escapes is
// decoded by the caller and read as bytes of its own. A field that is null is absent.
// SPDX-License-Identifier: Apache-2.0

/// The fields of one line that the rules know, as they stand there.
struct LogLine {
  var event: JSONText?
  var message: JSONText?
  var method: JSONText?
  var path: JSONText?
  var level: JSONText?
  var timestamp: JSONText?
  var exception: JSONText?
  var cache: JSONText?
  var status: JSONValue?
  var milliseconds: JSONValue?
  var seconds: JSONValue?

  /// Reads one line; the last of several members with the same key counts.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONFailure) {
    var scanner = JSONScanner(range)
    while let member = try scanner.next(in: bytes) {
      let key = member.key
      if case .string(let text) = member.value { take(text, key, bytes) }
      let value = member.value == .null ? nil : member.value
      if bytes.equals(key, "status") { status = value }
      if bytes.equals(key, "duration_ms") { milliseconds = value }
      if bytes.equals(key, "process_time") { seconds = value }
    }
  }

  private mutating func take(_ text: JSONText, _ key: JSONText, _ bytes: Span<UInt8>) {
    if bytes.equals(key, "event") {
      event = text
    } else if bytes.equals(key, "msg") || bytes.equals(key, "message") {
      message = text
    } else if bytes.equals(key, "method") {
      method = text
    } else if bytes.equals(key, "path") {
      path = text
    } else if bytes.equals(key, "level") {
      level = text
    } else if bytes.equals(key, "timestamp") {
      timestamp = text
    } else if bytes.equals(key, "exception") || bytes.equals(key, "exc") {
      exception = text
    } else if bytes.equals(key, "cache") {
      cache = text
    }
  }
}
