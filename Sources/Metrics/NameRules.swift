// What the exposition formats say of names: which are legal, which are reserved, and which a family occupies once its
// suffixes are written. Registry and text writer ask the same rules, the first to refuse and the second to drop.
// SPDX-License-Identifier: Apache-2.0

/// The rules of names. Source: Prometheus data model; OpenMetrics 1.0, "Metric Family", "Suffixes".
enum NameRules {
  /// True for `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  static func isMetricName(_ name: String) -> Bool { isName(name, colon: true) }

  /// True for `[a-zA-Z_][a-zA-Z0-9_]*`.
  static func isLabelName(_ name: String) -> Bool { isName(name, colon: false) }

  /// `le` is the histogram's own, `__` Prometheus's.
  static func isReservedLabel(_ name: String) -> Bool { name == "le" || isReservedPrefix(name) }

  /// True for Prometheus's own labels.
  static func isReservedPrefix(_ name: String) -> Bool { name.utf8.starts(with: "__".utf8) }

  /// True when the name ends with `_unit`, before the `_total` of a counter.
  static func endsWithUnit(_ family: MetricFamily) -> Bool {
    guard let unit = family.unit else { return true }
    // By bytes, as the scraper does: Swift's own comparison takes the Kelvin sign for a K.
    return !unit.isEmpty && metadataName(family).utf8.reversed().starts(with: ("_" + unit).utf8.reversed())
  }

  /// True for a counter that OpenMetrics may call one.
  static func isSuffixedCounter(_ family: MetricFamily) -> Bool {
    family.type == .counter && family.name.utf8.count > 6 && family.name.hasSuffix("_total")
  }

  /// True for an info that OpenMetrics may call one.
  static func isSuffixedInfo(_ family: MetricFamily) -> Bool {
    family.type == .info && family.name.utf8.count > 5 && family.name.hasSuffix("_info")
  }

  /// True for the types whose series begin at zero at a moment that OpenMetrics can tell.
  static func hasCreated(_ family: MetricFamily) -> Bool {
    switch family.type {
    case .counter: isSuffixedCounter(family)
    case .histogram, .summary: true
    case .gauge, .info, .stateSet, .unknown: false
    }
  }

  /// The name in OpenMetrics' metadata: a counter's without `_total`, an info's without `_info`.
  static func metadataName(_ family: MetricFamily) -> String {
    if isSuffixedCounter(family) { return String(family.name.dropLast(6)) }
    return isSuffixedInfo(family) ? String(family.name.dropLast(5)) : family.name
  }

  /// Every name that the family occupies in some format; two families may share none.
  static func occupiedNames(_ family: MetricFamily) -> [String] {
    let name = family.name
    switch family.type {
    case .histogram: return [name, name + "_bucket", name + "_count", name + "_sum", name + "_created"]
    case .summary: return [name, name + "_count", name + "_sum", name + "_created"]
    case .info where isSuffixedInfo(family): return [name, metadataName(family)]
    case .counter where isSuffixedCounter(family):
      let base = metadataName(family)
      return [name, base, base + "_created"]
    case .counter, .gauge, .info, .stateSet, .unknown: return [name]
    }
  }

  private static func isName(_ name: String, colon: Bool) -> Bool {
    var first = true
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
      case UInt8(ascii: ":"): if !colon { return false }
      case UInt8(ascii: "0")...UInt8(ascii: "9"): if first { return false }
      default: return false
      }
      first = false
    }
    return !first
  }
}
