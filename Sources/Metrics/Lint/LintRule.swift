// The rules that a name may break and still be exposed. Those of promlint come first, so that its verdict and this one
// can be compared; the rest are what promlint cannot see in a text.
// SPDX-License-Identifier: Apache-2.0

/// A convention of names. Source: promlint of Prometheus's Go library; Prometheus, "Metric and label naming";
/// OpenMetrics 1.0.
public enum LintRule: String, Sendable, Hashable, CaseIterable {
  /// No help text.
  case noHelp
  /// A unit where the base unit should be: `milliseconds`, `hours`.
  case notBaseUnit
  /// A counter without `_total`.
  case counterWithoutTotal
  /// `_total` on what is no counter.
  case totalWithoutCounter
  /// `_bucket`, `_count` or `_sum` on what does not write it.
  case reservedSuffix
  /// The label `le` or `quantile` on what does not write it.
  case reservedLabel
  /// The metric's own type in its name.
  case typeInName
  /// A colon, which is for recording rules.
  case colon
  /// `camelCase` in the name or a label.
  case camelCase
  /// `_ms`, `_kb` and their like.
  case abbreviatedUnit
  /// Two samples of the same series, or a second family of a name.
  case duplicate

  /// Another type than the metric's own in its name; promlint did not like that until 2024.
  case otherTypeInName
  /// `_info` on what is no info.
  case infoSuffix
  /// An info without `_info`, which OpenMetrics cannot call one.
  case infoWithoutSuffix
  /// A unit that the name does not end with, which is therefore not written.
  case unitNotSuffix
  /// A label of the family's own name.
  case labelLikeFamily
  /// More labels than people and scrapers cope with.
  case manyLabels
  /// Names that become one where a scraper asks for escaped names.
  case escapedClash
  /// A name that no registry takes.
  case invalidName
}
