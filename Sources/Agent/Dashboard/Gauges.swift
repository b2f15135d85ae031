// What several panels draw alike: a named bar, a course at the right edge.
// SPDX-License-Identifier: Apache-2.0

/// Parts of rows.
enum Gauges {
  /// `  name    12.3% ███·········`; the bar is shorter in a narrow frame.
  static func row(_ name: String, _ ratio: Double?, _ frameWidth: Int) -> Row {
    var row = Row()
    row.add("  ")
    row.add(name, width: 9, .label)
    row.add(Units.percent(ratio), width: 6, style(ratio), right: true)
    row.add(" ")
    let bar = Bars.bar(ratio, width: frameWidth < 100 ? 8 : 12)
    row.add(bar.full, style(ratio) == .value ? .bar : style(ratio))
    row.add(bar.rest, .dim)
    return row
  }

  /// How a ratio of something exhaustible looks.
  static func style(_ ratio: Double?) -> Style {
    guard let ratio else { return .dim }
    return ratio >= 0.9 ? .bad : ratio >= 0.75 ? .warn : .value
  }

  /// `  name value` with the name dim, the value filled to a width; whole, or not at all where the frame has no room.
  static func addField(
    to row: inout Row, _ frameWidth: Int, _ name: String, _ value: String, width: Int, _ style: Style = .plain
  ) {
    if row.width + 3 + DisplayText.width(name) + max(width, DisplayText.width(value)) > frameWidth { return }
    row.add("  " + name + " ", .dim)
    row.add(value, width: width, value == Units.none ? .dim : style, right: true)
  }

  /// The course of the last minutes at the row's right edge, where there is room for one.
  static func addSpark(
    to row: inout Row, _ width: Int, _ history: History, top: Double = 0,
    _ read: (_ tick: Int, _ width: Double) -> Double?
  ) {
    let room = min(30, width - row.width - 2)
    if room < 10 { return }
    let values = SeriesView.course(history, count: room, seconds: Limits.dashboardSparkSeconds, read)
    row.add(String(repeating: " ", count: width - row.width - room))
    row.add(Bars.spark(values, top: top), .spark)
  }
}
