// Requests that servers write in a fixed order, not as pairs:
//
//     127.0.0.1 - - [21/Nov/2026:14:28:24 +0000] "GET /orders/17?full=1 HTTP/1.1" 200 2 "-" "curl/8.5"    Apache, nginx,
//                                                                      Gunicorn, morgan; a host before, more behind
//     INFO:     127.0.0.1:60232 - "GET /orders/17 HTTP/1.1" 200 OK                                        Uvicorn
//     [2026-11-21T14:28:24.310Z] "POST /locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" ...            Envoy, in ms
//     [GIN] 2026/11/21 - 14:29:04 | 200 |    2.170077ms |       192.0.2.1 | GET      "/orders/17"         Gin
//     GET /orders/17 200 3.069 ms - -                                                                     morgan's dev
//
// With colours or without. A duration counts where it has a unit or a name: `rt=0.005`, `12ms`; a bare number at the end
// may be seconds or microseconds. An id has a name, too: `trace_id=…`, `traceparent=…`, `request_id=…`; a UUID in quotes,
// as Envoy has it, needs none.
// SPDX-License-Identifier: Apache-2.0

/// Reads such lines.
enum AccessLine {
  /// Reads a line into `line`; false when it is none.
  static func read(_ bytes: Span<UInt8>, _ range: Range<Int>, into line: inout LogLine) -> Bool {
    if range.count < 12 { return false }
    if let quote = opening(bytes, range) { return quoted(bytes, range, quote, into: &line) }
    if bytes.equals(range.lowerBound..<(range.lowerBound + 6), "[GIN] ") { return gin(bytes, range, into: &line) }
    return morgan(bytes, range, into: &line)
  }

  /// The quote that opens the request: behind the time's bracket, or behind a lonely dash, near the line's start.
  private static func opening(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let limit = min(range.upperBound, range.lowerBound + 512)
    let quote = bytes.first(UInt8(ascii: "\""), in: range.lowerBound..<limit)
    guard quote < limit, quote >= range.lowerBound + 2, bytes[quote - 1] == 0x20 else { return nil }
    let before = bytes[quote - 2]
    if before == UInt8(ascii: "]") { return quote }
    guard before == UInt8(ascii: "-"), quote >= range.lowerBound + 4, bytes[quote - 3] == 0x20 else { return nil }
    return bytes[quote - 4] > 0x20 ? quote : nil
  }

  private static func quoted(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ quote: Int, into line: inout LogLine
  ) -> Bool {
    var at = quote + 1
    while at < range.upperBound {
      if bytes[at] == UInt8(ascii: "\\") {
        at += 2
        continue
      }
      if bytes[at] == UInt8(ascii: "\""), let status = status(bytes, at + 1, range.upperBound) {
        line.begin(form: LogForms.access)
        line.set(
          .request, .text(LogText(bytes, raw: PlainLine.withoutColors(bytes, (quote + 1)..<at))), .requestLine)
        line.set(.status, .text(LogText(status, .plain)))
        head(bytes, range.lowerBound..<quote, &line)
        tail(bytes, status.upperBound..<range.upperBound, &line)
        return true
      }
      at += 1
    }
    return false
  }

  /// The three digits behind the request's quote, a space and perhaps a colour before them; a space or nothing behind.
  private static func status(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int>? {
    guard start < end, bytes[start] == 0x20 else { return nil }
    let at = PlainLine.behindColor(bytes, start + 1, end)
    guard at + 3 <= end, bytes.unsigned(at..<(at + 3)) != nil else { return nil }
    if at + 3 < end, bytes[at + 3] != 0x20, bytes[at + 3] != 0x1B { return nil }
    return at..<(at + 3)
  }

  /// Time and level before the request.
  private static func head(_ bytes: Span<UInt8>, _ range: Range<Int>, _ line: inout LogLine) {
    if let open = (range.lowerBound..<range.upperBound).last(where: { bytes[$0] == UInt8(ascii: "[") }),
      let close = (open..<range.upperBound).first(where: { bytes[$0] == UInt8(ascii: "]") })
    {
      line.set(.time, .text(LogText(bytes, raw: (open + 1)..<close)))
    }
    if let level = PlainLine.level(bytes, range) { line.set(.level, .text(LogText(level, .plain))) }
  }

  /// What stands behind the status: Envoy's numbers, a duration with a name or a unit.
  private static func tail(_ bytes: Span<UInt8>, _ range: Range<Int>, _ line: inout LogLine) {
    var fields = Splitter.fields(range)
    var number = 0
    var isEnvoy = false
    var last: Range<Int>?
    while let field = fields.next(in: bytes) {
      number += 1
      last = field
      let sign = bytes.first(UInt8(ascii: "="), in: field)
      if sign < field.upperBound {
        let key = field.lowerBound..<sign
        let value = unquoted(bytes, (sign + 1)..<field.upperBound)
        if bytes.equals(key, "rt") || bytes.equals(key, "request_time") || bytes.equals(key, "reqtime") {
          line.set(.duration, .text(LogText(value, .plain)), .seconds)
        } else if let role = tie(bytes, key) {
          line.set(role, .text(LogText(bytes, raw: value)))
        }
        continue
      }
      if isQuotedUUID(bytes, field) { line.set(.requestID, .text(LogText(unquoted(bytes, field), .plain))) }
      // Response flags, bytes received and sent, duration: no other server has four such words in a row.
      if number == 1 { isEnvoy = !bytes.equals(field, "-") ? isFlags(bytes, field) : true }
      if number == 2 || number == 3 { isEnvoy = isEnvoy && bytes.unsigned(field) != nil }
      if number == 4, isEnvoy, bytes.unsigned(field) != nil {
        line.set(.duration, .text(LogText(field, .plain)), .milliseconds)
      }
    }
    guard let last, !line[.duration].isThere, bytes[last.lowerBound] &- UInt8(ascii: "0") <= 9,
      bytes[last.upperBound - 1] == UInt8(ascii: "s"), DurationText.seconds(bytes, last) != nil
    else { return }
    line.set(.duration, .text(LogText(bytes, raw: last)))
  }

  /// What a name of an id ties together.
  private static func tie(_ bytes: Span<UInt8>, _ key: Range<Int>) -> LogRole? {
    if key.count < 6 { return nil }
    if bytes.equals(key, "trace_id") || bytes.equals(key, "traceparent") || bytes.equals(key, "traceid") {
      return .trace
    }
    return bytes.equals(key, "request_id") || bytes.equals(key, "req_id") ? .requestID : nil
  }

  private static func isQuotedUUID(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    guard range.count == 38, bytes[start] == UInt8(ascii: "\""), bytes[start + 37] == UInt8(ascii: "\"") else {
      return false
    }
    for offset in 1..<37 {
      let isDash = offset == 9 || offset == 14 || offset == 19 || offset == 24
      if isDash != (bytes[start + offset] == UInt8(ascii: "-")) { return false }
    }
    return Segment.isID(bytes, start + 1..<start + 37)
  }

  /// Envoy's flags are letters in upper case, such as `UF,URX`.
  private static func isFlags(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] &- UInt8(ascii: "A") >= 26 && bytes[index] != UInt8(ascii: ",") {
      return false
    }
    return true
  }

  private static func unquoted(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    guard range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return range }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }

  private static func gin(_ bytes: Span<UInt8>, _ range: Range<Int>, into line: inout LogLine) -> Bool {
    var pieces = Splitter.pieces((range.lowerBound + 6)..<range.upperBound, separator: UInt8(ascii: "|"))
    guard let time = pieces.next(in: bytes), let status = pieces.next(in: bytes), let took = pieces.next(in: bytes),
      pieces.next(in: bytes) != nil
    else { return false }
    let rest = trimmed(bytes, pieces.remainder)
    let method = rest.lowerBound..<bytes.first(0x20, in: rest)
    let path = trimmed(bytes, method.upperBound..<rest.upperBound)
    let code = trimmed(bytes, status)
    guard code.count == 3, path.count >= 2, bytes[path.lowerBound] == UInt8(ascii: "\"") else { return false }
    line.begin(form: LogForms.access)
    line.set(.time, .text(LogText(bytes, raw: trimmed(bytes, time))))
    line.set(.status, .text(LogText(code, .plain)))
    line.set(.duration, .text(LogText(bytes, raw: trimmed(bytes, took))))
    line.set(.method, .text(LogText(bytes, raw: method)))
    line.set(.path, .text(LogText(bytes, raw: (path.lowerBound + 1)..<(path.upperBound - 1))))
    return true
  }

  /// `GET /path 200 3.069 ms - -` and `GET /path 200 12 - 3.069 ms`, colours apart.
  private static func morgan(_ bytes: Span<UInt8>, _ range: Range<Int>, into line: inout LogLine) -> Bool {
    var fields = Splitter.fields(range)
    guard let method = fields.next(in: bytes), let path = fields.next(in: bytes), let code = fields.next(in: bytes)
    else { return false }
    let words = (method: plain(bytes, method), path: plain(bytes, path), status: plain(bytes, code))
    guard HTTPVerb.isOne(bytes, words.method), words.path.first.map({ bytes[$0] }) == UInt8(ascii: "/"),
      words.status.count == 3, bytes.unsigned(words.status) != nil
    else { return false }
    var before: Range<Int>?
    var took: Range<Int>?
    var count = 3
    while let field = fields.next(in: bytes) {
      count += 1
      if count > 8 { return false }
      if bytes.equals(field, "ms"), let before { took = before.lowerBound..<field.upperBound }
      before = field
    }
    guard let took else { return false }
    line.begin(form: LogForms.access)
    line.set(.method, .text(LogText(bytes, raw: words.method)))
    line.set(.path, .text(LogText(bytes, raw: words.path)))
    line.set(.status, .text(LogText(words.status, .plain)))
    line.set(.duration, .text(LogText(bytes, raw: took)))
    return true
  }

  private static func plain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    PlainLine.withoutColors(bytes, range)
  }

  private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] == 0x20 { start += 1 }
    while start < end, bytes[end - 1] == 0x20 { end -= 1 }
    return start..<end
  }
}
