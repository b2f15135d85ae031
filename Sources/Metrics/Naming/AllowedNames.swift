// Which names a registry takes. The old ones are the default: a dot in a name is more often a slip than a wish, every
// scraper reads the old ones as they are, and queries need no quotes for them. Who wants others says so once.
// SPDX-License-Identifier: Apache-2.0

/// The names of metrics and labels that a ``Registry`` takes; any other is a typed error at registration.
///
/// Which bytes a scraper gets for a name past the old rules is the scraper's choice: see ``EscapingScheme``.
public enum AllowedNames: Sendable, Hashable {
  /// `[a-zA-Z_:][a-zA-Z0-9_:]*` for metrics, the same without colon for labels: legal in every scraper, never escaped.
  case legacy
  /// Any text that is not empty, such as `http.server.duration`. Two names that some scheme escapes to the same, as
  /// `a.b` and `a_b`, are refused: one scraper or another would lose a metric.
  case utf8
  /// As ``utf8``, but names that fall together only when they are escaped are taken too, as any two Chinese words of the
  /// same length do under `underscores`. A scraper that asks for escaped names gets the first of them, and
  /// `vitals_metrics_dropped_samples_total` counts the samples of the rest; `Registry.lint()` says which.
  case utf8Only

  /// The schemes in which names must stay apart. That of values keeps all names apart that are different text.
  var distinguishing: [EscapingScheme] {
    switch self {
    case .legacy: []
    case .utf8: EscapingScheme.escaping
    case .utf8Only: [.values]
    }
  }

  /// True for a metric's name that may be registered.
  func takes(metric name: String) -> Bool { NameRules.isMetricName(name) || (self != .legacy && !name.isEmpty) }

  /// True for a label's name that may be registered.
  func takes(label name: String) -> Bool { NameRules.isLabelName(name) || (self != .legacy && !name.isEmpty) }
}
