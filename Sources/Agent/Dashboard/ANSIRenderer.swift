// A frame for terminals: the sixteen colours that every theme defines (ECMA-48, SGR), set anew for each piece and put
// back at its end, so that a cut line leaves nothing behind.
// SPDX-License-Identifier: Apache-2.0

/// Text with colour.
enum ANSIRenderer {
  /// The frame as lines.
  static func text(_ frame: Frame) -> String {
    frame.rows.map { row in row.pieces.map(colored).joined() + "\n" }.joined()
  }

  private static func colored(_ piece: Piece) -> String {
    let code =
      switch piece.style {
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
    return code.isEmpty ? piece.text : "\u{1B}[\(code)m\(piece.text)\u{1B}[0m"
  }
}
