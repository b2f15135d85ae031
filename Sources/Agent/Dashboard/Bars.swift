// Bars and sparklines out of block characters.
// SPDX-License-Identifier: Apache-2.0

/// Small pictures in text.
enum Bars {
  private static let steps: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// A horizontal bar of a ratio, filled up to a width with dots.
  static func bar(_ ratio: Double?, width: Int) -> (full: String, rest: String) {
    guard let ratio, ratio.isFinite else { return ("", String(repeating: "·", count: width)) }
    let units = Int((min(max(ratio, 0), 1) * Double(width * 8)).rounded())
    var full = String(repeating: "█", count: units / 8)
    if units % 8 > 0 { full.append(eighths[units % 8 - 1]) }
    return (full, String(repeating: "·", count: max(0, width - full.count)))
  }

  /// A course of values; the highest one, or `top` if higher, fills the line. A gap stays empty.
  static func spark(_ values: [Double?], top: Double = 0) -> String {
    let highest = max(top, values.compactMap { $0 }.filter(\.isFinite).max() ?? 0)
    return String(
      values.map { value -> Character in
        guard let value, value.isFinite else { return " " }
        if highest <= 0 || value <= 0 { return steps[0] }
        return steps[min(7, Int(value / highest * 7.999))]
      })
  }
}
