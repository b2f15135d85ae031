// A frame for pipes: the bare text.
// SPDX-License-Identifier: Apache-2.0

/// Text without colour.
enum PlainRenderer {
  /// The frame as lines.
  static func text(_ frame: Frame) -> String {
    frame.rows.map { row in
      var line = row.pieces.map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
