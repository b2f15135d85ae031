// One event as a line of JSON, never longer than a pipe takes in one piece.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Formats the agent's own log lines.
enum EventLine {
  /// The line with its line feed, at most 4,096 bytes (PIPE_BUF): a message or value that is too long is cut.
  static func text(
    _ moment: Moment, _ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]
  ) -> [UInt8] {
    var line = Array(#"{"time":"\#(time(moment))","level":"\#(level.rawValue)","message":""#.utf8)
    append(message, to: &line, limit: 1_024)
    for field in fields where line.count < 3_900 {
      line.append(contentsOf: "\",\"".utf8)
      append(field.name, to: &line, limit: 64)
      line.append(contentsOf: "\":\"".utf8)
      append(field.value, to: &line, limit: max(0, 3_900 - line.count))
    }
    line.append(contentsOf: "\"}\n".utf8)
    return line
  }

  /// RFC 3339 in UTC with milliseconds.
  static func time(_ moment: Moment) -> String {
    var seconds = Int(moment.real / 1_000_000_000)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    let fields = unsafe [
      Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec),
    ]
    let text = fields.map { ($0 < 10 ? "0" : "") + String($0) }
    let fraction = String(1_000 + moment.real / 1_000_000 % 1_000).dropFirst()
    return unsafe "\(Int(parts.tm_year) + 1900)-\(text[0])-\(text[1])T\(text[2]):\(text[3]):\(text[4]).\(fraction)Z"
  }

  private static func append(_ text: String, to line: inout [UInt8], limit: Int) {
    let end = line.count + limit
    for scalar in text.unicodeScalars {
      var piece: [UInt8]
      switch scalar {
      case "\"": piece = Array("\\\"".utf8)
      case "\\": piece = Array("\\\\".utf8)
      case "\n": piece = Array("\\n".utf8)
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        let hex = String(scalar.value, radix: 16)
        piece = Array(("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8)
      default: piece = Array(String(scalar).utf8)
      }
      if line.count + piece.count > end { return }
      line.append(contentsOf: piece)
    }
  }
}
