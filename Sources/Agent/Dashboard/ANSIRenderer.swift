// A frame for terminals: the sixteen colours that every theme defines (ECMA-48, SGR), set anew for each piece and put
// back at its end, so that a cut line leaves nothing behind.
// SPDX-License-Identifier: Apache-2.0

/// Text with colour.
enum ANSIRenderer {
  /// The frame as lines.
  static func text(_ frame: Frame) -> String {
    frame.rows.map { row in row.pieces.map(colored).joined() + "\n" }.joined()
  }

  /// Text that a server has sent as a frame, made safe for a terminal: of all control characters it keeps the line feeds
  /// and, when colour was asked for, the sequences that this renderer writes. Not every server is an agent.
  static func safe(_ text: String, keepsColor: Bool) -> String {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { safeLine($0, keepsColor) }.joined(separator: "\n")
  }

  private static func safeLine(_ line: Substring.UnicodeScalarView, _ keepsColor: Bool) -> String {
    let parts = line.split(separator: "\u{1B}", omittingEmptySubsequences: false)
    var result = DisplayText.safe(parts.first.map { String($0) } ?? "")
    for part in parts.dropFirst() {
      let own = keepsColor ? sequences.first { part.starts(with: $0.unicodeScalars) } : nil
      result += own.map { "\u{1B}" + $0 } ?? "\u{FFFD}"
      result += DisplayText.safe(String(part.dropFirst(own?.unicodeScalars.count ?? 0)))
    }
    return result
  }

  /// What follows the escape in all sequences of ours.
  private static let sequences =
    ["[0m"] + Style.allCases.map { code($0) }.filter { !$0.isEmpty }.map { "[\($0)m" }

  private static func colored(_ piece: Piece) -> String {
    let code = code(piece.style)
    return code.isEmpty ? piece.text : "\u{1B}[\(code)m\(piece.text)\u{1B}[0m"
  }

  private static func code(_ style: Style) -> String {
    switch style {
    case .plain: ""
    case .title: "1;97"
    case .heading: "1;36"
    case .label: "36"
    case .value: "1"
    case .good: "32"
    case .warn: "1;33"
    case .bad: "1;31"
    case .dim: "2"
    case .bar: "34"
    case .spark: "35"
    }
  }
}
