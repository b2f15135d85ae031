// One line of a frame. All text comes in through `DisplayText`, so that no renderer can be reached by a control
// character of a log or a process name.
// SPDX-License-Identifier: Apache-2.0

/// One line.
struct Row: Hashable {
  private(set) var pieces: [Piece] = []
  private(set) var width = 0

  /// Adds text in a style.
  mutating func add(_ text: String, _ style: Style = .plain) {
    let safe = DisplayText.safe(text)
    pieces.append(Piece(text: safe, style: style))
    width += DisplayText.width(safe)
  }

  /// Adds text cut or filled to a width; numbers stand at the right.
  mutating func add(_ text: String, width columns: Int, _ style: Style = .plain, right: Bool = false) {
    let cut = DisplayText.cut(DisplayText.safe(text), columns)
    let gap = String(repeating: " ", count: max(0, columns - DisplayText.width(cut)))
    add(right ? gap + cut : cut + gap, style)
  }

  /// Adds another row's pieces.
  mutating func add(_ row: Row) {
    pieces += row.pieces
    width += row.width
  }

  /// The row cut to a width.
  func cut(_ columns: Int) -> Row {
    if width <= columns { return self }
    var row = Row()
    for piece in pieces where row.width < columns {
      row.add(DisplayText.cut(piece.text, columns - row.width), piece.style)
    }
    return row
  }
}
