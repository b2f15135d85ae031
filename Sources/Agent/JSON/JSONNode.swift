// JSON that a command prints: a tree of what is known. A member without a value is left out, so that unknown is absent
// and never zero. Every member of the outermost object and every element of a list in it has a line of its own, which
// people, grep and jq read alike.
// SPDX-License-Identifier: Apache-2.0

/// A value to be written.
indirect enum JSONNode {
  case text(String)
  case count(UInt64)
  /// One that is not finite is written as null.
  case number(Double)
  case flag(Bool)
  case list([JSONNode])
  case object([(key: String, value: JSONNode?)])

  /// The document, ended by a line feed.
  var document: String {
    guard case .object(let members) = self else { return line + "\n" }
    let known = members.compactMap { member in member.value.map { (member.key, $0) } }
    let lines = known.map { key, value in
      guard case .list(let elements) = value, !elements.isEmpty else { return "  \(Self.quoted(key)): \(value.line)" }
      let rows = elements.map { "    " + $0.line }.joined(separator: ",\n")
      return "  \(Self.quoted(key)): [\n\(rows)\n  ]"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  /// The value on one line.
  var line: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .count(let count): String(count)
    case .number(let number): number.isFinite ? "\(number)" : "null"
    case .flag(let flag): flag ? "true" : "false"
    case .list(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.compactMap { member in member.value.map { "\(Self.quoted(member.key)): \($0.line)" } }
        .joined(separator: ", ") + "}"
    }
  }

  /// A text as JSON writes it. What does not show plainly is escaped: on a terminal it does nothing.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where DisplayText.isHarmful(scalar):
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
