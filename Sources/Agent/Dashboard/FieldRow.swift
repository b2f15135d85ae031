// A line of named values that goes on below itself where the frame is too narrow: a narrow terminal shows what a wide
// one does, on more lines, and no figure is ever cut in the middle.
// SPDX-License-Identifier: Apache-2.0

/// One or more rows that are filled field by field.
struct FieldRow {
  /// What is drawn, in order; more than one where the frame is too narrow.
  private(set) var rows: [Row]
  private let width: Int

  /// Begins with `head`, which is never parted.
  init(_ head: Row, width: Int) {
    rows = [head]
    self.width = width
  }

  /// `  name value` with the name dim, the value filled to a width.
  mutating func add(_ name: String, _ value: String, width columns: Int, _ style: Style = .plain) {
    var field = Row()
    field.add("  " + name + " ", .dim)
    field.add(value, width: max(columns, DisplayText.width(value)), value == Units.none ? .dim : style, right: true)
    add(field)
  }

  /// Some pieces that stay together.
  mutating func add(_ field: Row) {
    if rows[rows.count - 1].width + field.width > width {
      var next = Row()
      // Under the first field: behind the label.
      next.add(String(repeating: " ", count: 11))
      rows.append(next)
    }
    rows[rows.count - 1].add(field)
  }

  /// The course of the last minutes at the right edge, where there is room for one.
  mutating func addSpark(
    _ history: History, top: Double = 0, _ read: (_ tick: Int, _ width: Double) -> Double?
  ) {
    let room = min(30, width - rows[0].width - 2)
    if room < 10 || rows.count > 1 { return }
    let values = SeriesView.course(history, count: room, seconds: Limits.dashboardSparkSeconds, read)
    rows[0].add(String(repeating: " ", count: width - rows[0].width - room))
    rows[0].add(Bars.spark(values, top: top), .spark)
  }
}
