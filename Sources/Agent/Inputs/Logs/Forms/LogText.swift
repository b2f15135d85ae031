// A text inside a log line, as a range and how it is written there: it is decoded only when somebody wants it.
// SPDX-License-Identifier: Apache-2.0

/// Where a text stands.
struct LogText: Hashable, Sendable {
  enum Writing: Sendable {
    /// The bytes are the text: ASCII, no escapes.
    case plain
    /// JSON's escapes, and perhaps bytes that are no UTF-8.
    case escaped
    /// No escapes, but perhaps bytes that are no UTF-8.
    case raw
  }

  let range: Range<Int>
  let writing: Writing

  /// A text at a place.
  init(_ range: Range<Int>, _ writing: Writing) {
    self.range = range
    self.writing = writing
  }

  /// A JSON string.
  init(_ text: JSONText) { self.init(text.range, text.isPlain ? .plain : .escaped) }

  /// A text without escapes, which is looked at for bytes past ASCII.
  init(_ bytes: Span<UInt8>, raw range: Range<Int>) {
    var all: UInt8 = 0
    for index in range { all |= bytes[index] }
    self.init(range, all < 0x80 ? .plain : .raw)
  }
}

extension Span where Element == UInt8 {
  /// Appends the decoded text, as valid UTF-8.
  func decode(_ text: LogText, into buffer: inout [UInt8]) {
    switch text.writing {
    case .plain: for index in text.range { buffer.append(self[index]) }
    case .escaped: decode(JSONText(range: text.range, isPlain: false), into: &buffer)
    case .raw: buffer.append(contentsOf: string(text.range).utf8)
    }
  }

  /// The decoded text.
  func string(_ text: LogText) -> String {
    switch text.writing {
    case .plain, .raw: string(text.range)
    case .escaped: string(JSONText(range: text.range, isPlain: false))
    }
  }
}
