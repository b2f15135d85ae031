// A dashboard as rows of styled text, before any medium: terminals, pipes and browsers render the same frame.
// SPDX-License-Identifier: Apache-2.0

/// A whole picture.
struct Frame {
  let width: Int
  private(set) var rows: [Row] = []

  init(width: Int) { self.width = width }

  /// Adds a line, cut to the frame's width.
  mutating func add(_ row: Row) { rows.append(row.cut(width)) }

  /// Adds an empty line.
  mutating func addBlank() { rows.append(Row()) }

  /// Adds a panel's heading, drawn out to the width.
  mutating func addHeading(_ text: String, note: String = "") {
    var row = Row()
    row.add("── ", .dim)
    row.add(text, .heading)
    row.add(note.isEmpty ? " " : " · \(note) ", .dim)
    row.add(String(repeating: "─", count: max(0, width - row.width)), .dim)
    add(row)
  }

  /// Adds one dim line.
  mutating func addNote(_ text: String) {
    var row = Row()
    row.add("  " + text, .dim)
    add(row)
  }
}
