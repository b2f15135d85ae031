// Reads JSON as people write it by hand: `//` and `/* */` comments, and a comma after the last element. The words are
// the log reader's; what is stricter than there is that a key may stand once only, and that bytes must be UTF-8.
// SPDX-License-Identifier: Apache-2.0

/// A recursive-descent parser over a whole file; its depth is bounded.
struct ConfigParser {
  private var words: JSONLexer
  private var depth = 0

  private init(_ count: Int) { words = JSONLexer(at: 0, end: count) }

  /// The value that fills `bytes`.
  static func parse(_ bytes: [UInt8]) throws(ConfigFault) -> ConfigNode {
    if let fault = firstInvalid(bytes) { throw fault }
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var parser = ConfigParser(bytes.count)
    if hasMark { parser.words.at = 3 }
    let text = bytes.span
    let node = try parser.value(text)
    try parser.skip(text)
    if parser.words.at < bytes.count { throw parser.fault("unexpected \(parser.shown(text)) after the end") }
    return node
  }

  private static func firstInvalid(_ bytes: [UInt8]) -> ConfigFault? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
      return nil
    } catch {
      return ConfigFault(offset: error.byteOffsets.lowerBound, message: "is not UTF-8")
    }
  }

  private func fault(_ message: String) -> ConfigFault { ConfigFault(offset: words.at, message: message) }

  /// The character that is next, in quotes.
  private func shown(_ text: Span<UInt8>) -> String {
    let rest = text.array(words.at..<min(words.at + 8, words.end))
    guard let first = String(decoding: rest, as: UTF8.self).first else { return "end" }
    return "'\(first)'"
  }

  /// Skips space and comments.
  private mutating func skip(_ text: Span<UInt8>) throws(ConfigFault) {
    while true {
      words.skipSpace(text)
      guard words.at + 1 < words.end, text[words.at] == UInt8(ascii: "/") else { return }
      switch text[words.at + 1] {
      case UInt8(ascii: "/"): words.at = text.first(10, in: words.at..<words.end)
      case UInt8(ascii: "*"): try skipBlock(text)
      default: return
      }
    }
  }

  private mutating func skipBlock(_ text: Span<UInt8>) throws(ConfigFault) {
    var at = words.at + 2
    while at + 1 < words.end {
      if text[at] == UInt8(ascii: "*"), text[at + 1] == UInt8(ascii: "/") {
        words.at = at + 2
        return
      }
      at += 1
    }
    throw fault("a comment that does not end")
  }

  private mutating func value(_ text: Span<UInt8>) throws(ConfigFault) -> ConfigNode {
    try skip(text)
    if words.at >= words.end { throw fault("ends where a value should stand") }
    let start = words.at
    switch text[start] {
    case UInt8(ascii: "{"): return ConfigNode(offset: start, value: .object(try members(text)))
    case UInt8(ascii: "["): return ConfigNode(offset: start, value: .list(try elements(text)))
    default: return ConfigNode(offset: start, value: try scalar(text))
    }
  }

  private mutating func scalar(_ text: Span<UInt8>) throws(ConfigFault) -> ConfigNode.Value {
    let start = words.at
    do throws(JSONFailure) {
      switch try words.scalar(text) {
      case .string(let string): return .text(text.string(string))
      case .number(let range):
        let number = text.number(range)
        if number.isFinite { return .number(number) }
      case .boolean(let flag): return .boolean(flag)
      default: return .null
      }
    } catch {
      throw fault(Self.words(error, shown(text)))
    }
    throw ConfigFault(offset: start, message: "is too large a number")
  }

  private static func words(_ failure: JSONFailure, _ shown: String) -> String {
    switch failure {
    case .unterminated: "a text or word that does not end"
    case .control: "a control character in a text; write it as an escape such as \\n"
    case .escape: "an escape that JSON does not have"
    case .number: "is no number that JSON has"
    default: "unexpected \(shown)"
    }
  }

  /// Enters a bracket; true when there is something in it.
  private mutating func open(_ text: Span<UInt8>) throws(ConfigFault) {
    if depth >= Limits.jsonDepth { throw fault("nests deeper than \(Limits.jsonDepth)") }
    depth += 1
    words.at += 1
    try skip(text)
  }

  /// Steps over what stands behind an element; true when the bracket is closed.
  private mutating func closes(_ bracket: UInt8, _ text: Span<UInt8>, isFirst: Bool) throws(ConfigFault) -> Bool {
    try skip(text)
    guard words.at < words.end else { throw fault("ends inside \(bracket == 0x7D ? "an object" : "a list")") }
    if !isFirst, text[words.at] == UInt8(ascii: ",") {
      words.at += 1
      try skip(text)
      if words.at < words.end, text[words.at] != bracket { return false }
    } else if !isFirst, text[words.at] != bracket {
      throw fault("unexpected \(shown(text)), a comma may be missing before it")
    }
    guard words.at < words.end, text[words.at] == bracket else { return false }
    words.at += 1
    depth -= 1
    return true
  }

  private mutating func elements(_ text: Span<UInt8>) throws(ConfigFault) -> [ConfigNode] {
    try open(text)
    var found: [ConfigNode] = []
    while try !closes(UInt8(ascii: "]"), text, isFirst: found.isEmpty) { found.append(try value(text)) }
    return found
  }

  private mutating func members(_ text: Span<UInt8>) throws(ConfigFault) -> [ConfigMember] {
    try open(text)
    var found: [ConfigMember] = []
    var keys: Set<String> = []
    while try !closes(UInt8(ascii: "}"), text, isFirst: found.isEmpty) {
      let start = words.at
      guard words.at < words.end, text[start] == UInt8(ascii: "\"") else {
        throw fault("unexpected \(shown(text)) where a key in quotes should stand")
      }
      guard case .text(let key) = try scalar(text) else { throw fault("a key must be a text") }
      if !keys.insert(key).inserted { throw ConfigFault(offset: start, message: "'\(key)' stands here twice") }
      try skip(text)
      guard words.at < words.end, text[words.at] == UInt8(ascii: ":") else {
        throw fault("a colon is missing behind '\(key)'")
      }
      words.at += 1
      found.append(ConfigMember(key: key, offset: start, value: try value(text)))
    }
    return found
  }
}
