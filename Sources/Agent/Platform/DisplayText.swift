// Text of strangers made safe to show, and its width in columns. Process names and log lines are attacker's data: an
// escape sequence in one could retitle a terminal or hide a line. Whatever is not plainly visible becomes visible.
// SPDX-License-Identifier: Apache-2.0

/// Text for display.
enum DisplayText {
  /// The text with control characters, line breaks, direction overrides and invisible characters replaced.
  static func safe(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isHarmful(scalar) ? "\u{FFFD}" : scalar == "\t" ? " " : scalar) }
    return String(result)
  }

  /// Whether it does not show plainly: a control character, a line break, a direction override, nothing at all.
  static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\t" { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
    default: return false
    }
  }

  /// How many columns a terminal gives the text.
  static func width(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + width($1) }
  }

  /// The text cut to at most so many columns, an ellipsis showing that it was.
  static func cut(_ text: String, _ columns: Int) -> String {
    if width(text) <= columns { return text }
    if columns <= 0 { return "" }
    var result = ""
    var used = 0
    for character in text {
      let next = width(character)
      if used + next > columns - 1 { break }
      result.append(character)
      used += next
    }
    return result + "…"
  }

  /// East Asian wide characters and emoji take two columns, combining marks none.
  private static func width(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x1FA70...0x1FAFF, 0x20000...0x3FFFD, 0x231A...0x231B, 0x23E9...0x23EC, 0x2614...0x2615, 0x26A1...0x26A1,
      0x2705...0x2705, 0x274C...0x274C, 0x2753...0x2755, 0x2795...0x2797:
      return 2
    default: return 1
    }
  }
}
