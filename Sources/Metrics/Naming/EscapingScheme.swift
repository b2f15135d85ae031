// How names past the old rules are written for a scraper. Text and code of Prometheus disagree on the schemes; this is
// what the code does, since that is what people's queries were written against, with one exception: a colon in a label's
// name is escaped like any other character. The Go library leaves it bare, and Prometheus then refuses the whole scrape.
// SPDX-License-Identifier: Apache-2.0

/// The way in which names that are not of the old form `[a-zA-Z_:][a-zA-Z0-9_:]*` are written; those that are stay as they
/// are in every scheme. A scraper asks for one in its Accept header. Source: Prometheus, "Escaping schemes", as
/// `model.EscapeName` does it.
///
/// A counter's `_total` is part of its name; `_bucket`, `_sum` and `_count` are put behind the escaped name.
public enum EscapingScheme: String, Sendable, Hashable, CaseIterable {
  /// Each character that is not legal becomes `_`; what scrapers get that ask for nothing.
  case underscores
  /// `.` becomes `_dot_`; `_` and each other character that is not legal become `__`.
  case dots
  /// `U__` before the name, each character that is not legal as `_2e_`, its code in hexadecimal, and `_` as `__`.
  case values
  /// Names stand as they are, in quotes: `{"http.requests","http.method"="GET"} 1`. What Prometheus 3 asks for.
  case allowUTF8 = "allow-utf-8"

  /// Those that change a name.
  static let escaping: [EscapingScheme] = [.underscores, .dots, .values]

  /// The name of a metric as it stands in an exposition of this scheme, without quotes and suffixes.
  public func escaped(metric name: String) -> String {
    NameRules.isMetricName(name) ? name : escape(name, colon: true)
  }

  /// The name of a label as it stands in an exposition of this scheme, without quotes.
  public func escaped(label name: String) -> String { NameRules.isLabelName(name) ? name : escape(name, colon: false) }

  /// A family under its escaped name.
  func escaped(_ family: MetricFamily) -> MetricFamily {
    if self == .allowUTF8 || NameRules.isMetricName(family.name) { return family }
    return MetricFamily(escaped(metric: family.name), family.type, help: family.help, unit: family.unit)
  }

  /// Labels under their escaped names; nil when they cannot stand in a line, for two have become one.
  func escaped(_ labels: LabelSet) -> LabelSet? {
    if labels.areNamesLegal { return labels }
    // Prometheus's own names are nobody's, and nor is the empty one.
    if labels.pairs.contains(where: { $0.name.isEmpty || NameRules.isReservedPrefix($0.name) }) { return nil }
    if self == .allowUTF8 { return labels }
    let pairs = labels.pairs.map { (escaped(label: $0.name), $0.value) }
    let shown = LabelSet(pairs)
    let isWhole = shown.pairs.count == pairs.count && shown["__name__"] == nil
    return isWhole ? shown : nil
  }

  /// True when no two of these labels, and none and the metric's name, become one.
  func keepsApart(_ labels: [String]) -> Bool {
    let names = Set(labels.map { escaped(label: $0) })
    return names.count == labels.count && !names.contains("__name__")
  }

  private func escape(_ name: String, colon: Bool) -> String {
    if self == .allowUTF8 { return name }
    var escaped = self == .values && !name.isEmpty ? "U__" : ""
    var isFirst = true
    for scalar in name.unicodeScalars {
      let isLegal = NameRules.isLegal(scalar, first: isFirst, colon: colon)
      isFirst = false
      switch (self, scalar) {
      case (.dots, "_"), (.values, "_"): escaped += "__"
      case (.dots, "."): escaped += "_dot_"
      case _ where isLegal: escaped.unicodeScalars.append(scalar)
      case (.underscores, _), (.allowUTF8, _): escaped += "_"
      case (.dots, _): escaped += "__"
      case (.values, _): escaped += "_" + String(scalar.value, radix: 16) + "_"
      }
    }
    return escaped
  }
}
