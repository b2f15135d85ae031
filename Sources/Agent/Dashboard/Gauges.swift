// What several panels draw alike: a named bar.
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
}
