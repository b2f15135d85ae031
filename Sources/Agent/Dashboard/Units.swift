// Numbers as people read them: three digits that matter, and a unit.
// SPDX-License-Identifier: Apache-2.0

/// Figures for people; nil is shown as a dash, never as zero.
enum Units {
  static let none = "–"

  /// `1.5 GiB`.
  static func bytes(_ value: Double?) -> String { scaled(value, 1_024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]) }

  /// `1.5 MiB/s`.
  static func byteRate(_ value: Double?) -> String { value == nil ? none : bytes(value) + "/s" }

  /// `12.3k`.
  static func count(_ value: Double?) -> String {
    scaled(value, 1_000, ["", "k", "M", "G", "T"]).replacing(" ", with: "")
  }

  /// `340/s`.
  static func rate(_ value: Double?) -> String { value == nil ? none : count(value) + "/s" }

  /// `12.3 %`, of a ratio.
  static func percent(_ ratio: Double?) -> String {
    guard let ratio, ratio.isFinite else { return none }
    let value = ratio * 100
    return (value > 0 && value < 0.05 ? "<0.1" : digits(value, value < 99.95 ? 1 : 0)) + "%"
  }

  /// `12.3 ms`.
  static func seconds(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    if value < 0.000_9995 { return three(value * 1e6) + " µs" }
    if value < 0.9995 { return three(value * 1e3) + " ms" }
    if value < 99.95 { return three(value) + " s" }
    return duration(value)
  }

  /// `3d 4h`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(clamping: Int64(max(0, min(seconds, 1e12))))
    if whole < 60 { return "\(whole)s" }
    if whole < 3_600 { return "\(whole / 60)m \(whole % 60)s" }
    if whole < 86_400 { return "\(whole / 3_600)h \(whole / 60 % 60)m" }
    return "\(whole / 86_400)d \(whole / 3_600 % 24)h"
  }

  /// A fixed number of decimals.
  static func digits(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return String(value) }
    let factor = [1.0, 10, 100, 1_000][min(max(decimals, 0), 3)]
    let scaled = Int64((abs(value) * factor).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if decimals <= 0 { return sign + String(scaled) }
    let fraction = String(scaled % Int64(factor) + Int64(factor)).dropFirst()
    return sign + String(scaled / Int64(factor)) + "." + fraction
  }

  private static func scaled(_ value: Double?, _ step: Double, _ units: [String]) -> String {
    guard var rest = value, rest.isFinite else { return none }
    var index = 0
    while abs(rest) >= step * 0.9995, index < units.count - 1 {
      rest /= step
      index += 1
    }
    let text = index == 0 && rest == rest.rounded() ? digits(rest, 0) : three(rest)
    return units[index].isEmpty ? text : text + " " + units[index]
  }

  /// Three significant digits.
  private static func three(_ value: Double) -> String {
    let size = abs(value)
    return digits(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0)
  }
}
