// A dashboard as rows of styled text, before any medium: terminals, pipes and browsers render the same frame.
// SPDX-License-Identifier: Apache-2.0

/// A whole picture.
struct Frame {
  let width: Int
  private(set) var rows: [Row] = []

  init(width: Int) { self.width = width }

  /// Adds a line, cut to the frame's width.
  mutating func add(_ row: Row) { rows.append(row.cut(width)) }

  /// Adds a line of fields, on as many lines as they take.
  mutating func add(_ fields: FieldRow) {
    for row in fields.rows { add(row) }
  }

  /// Adds a panel's heading, drawn out to the width; where that is short, the note stays whole.
  mutating func addHeading(_ text: String, note: String = "") {
    var row = Row()
    row.add("── ", .dim)
    let end = note.isEmpty ? " " : " · \(note) "
    row.add(DisplayText.cut(DisplayText.safe(text), width - row.width - DisplayText.width(end)), .heading)
    row.add(end, .dim)
    row.add(String(repeating: "─", count: max(0, width - row.width)), .dim)
    add(row)
  }

  /// Adds a dim sentence, on as many lines as it takes.
  mutating func addNote(_ text: String) {
    var line = " "
    for word in text.split(separator: " ") {
      if line.count > 1, DisplayText.width(line) + 1 + DisplayText.width(String(word)) > width {
        addDim(line)
        line = " "
      }
      line += " " + word
    }
    addDim(line)
  }

  private mutating func addDim(_ text: String) {
    var row = Row()
    row.add(text, .dim)
    add(row)
  }
}
