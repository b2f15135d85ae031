// Of which trace or request a line is, as an exemplar says it. Loggers write the bare id, W3C's header, or a path to the
// trace; those that have none to write put a dash or zeros there:
//
//     4bf92f3577b34da6a3ce929d0e0e4736
//     00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01      traceparent
//     projects/shop/traces/4bf92f3577b34da6a3ce929d0e0e4736        Google Cloud
//     -    0    00000000000000000000000000000000                   none
//
// Source: W3C Trace Context, "traceparent Header Field Values".
// SPDX-License-Identifier: Apache-2.0

/// Finds ids.
enum ExampleID {
  /// The id of a line, and the label that it gets: its trace's, else its request's. A message may have it as well.
  static func find(_ line: borrowing LogLine, _ bytes: Span<UInt8>) -> (label: String, range: Range<Int>)? {
    if let id = line[.trace].range.flatMap({ trace(bytes, $0) }), isPlain(bytes, id) { return ("trace_id", id) }
    if let id = line[.requestID].range.flatMap({ some(bytes, $0) }), isPlain(bytes, id) { return ("request_id", id) }
    guard let message = line[.message].text else { return nil }
    let fields = MessageFields(bytes, message.range)
    if let id = fields.trace.flatMap({ trace(bytes, $0) }), isPlain(bytes, id) { return ("trace_id", id) }
    if let id = fields.requestID.flatMap({ some(bytes, $0) }), isPlain(bytes, id) { return ("request_id", id) }
    return nil
  }

  /// The trace's id in a value; nil when it says that there is none.
  static func trace(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    if let id = parent(bytes, range) { return some(bytes, id) }
    let name: StaticString = "/traces/"
    var end = range.upperBound
    while end - name.utf8CodeUnitCount >= range.lowerBound {
      if bytes[end - 1] == UInt8(ascii: "/"), bytes.equals(end - name.utf8CodeUnitCount..<end, name) {
        return some(bytes, end..<range.upperBound)
      }
      end -= 1
    }
    return some(bytes, range)
  }

  /// The trace's id in a `traceparent`, of any version that there may be.
  private static func parent(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let start = range.lowerBound
    guard range.count >= 55, range.count == 55 || bytes[start + 55] == UInt8(ascii: "-") else { return nil }
    for offset in 0..<55 {
      let isDash = offset == 2 || offset == 35 || offset == 52
      if isDash ? bytes[start + offset] != UInt8(ascii: "-") : bytes[start + offset].hexDigit == nil { return nil }
    }
    return start + 3..<start + 35
  }

  /// The range, unless it is empty, a dash or zeros.
  private static func some(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "-") { return nil }
    for index in range where bytes[index] != UInt8(ascii: "0") { return range }
    return nil
  }

  /// Whether it is short enough and has only what ids are made of: no space, quote or backslash, nothing past ASCII.
  private static func isPlain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if range.count > Limits.exemplarIDBytes { return false }
    for index in range {
      let byte = bytes[index]
      if byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
    }
    return true
  }
}
