// The kinds of metric that the exposition formats know. `unknown` is OpenMetrics' word for what text 0.0.4 calls
// `untyped`; the writers translate, so that a collector says what it means once.
// SPDX-License-Identifier: Apache-2.0

/// The type of a metric family, as in the Prometheus data model.
///
/// Source: OpenMetrics 1.0, section "Metric Types"; Prometheus exposition formats.
public enum MetricType: Sendable, Hashable {
  /// A value that only grows, and starts anew at zero when its owner restarts.
  case counter
  /// A value that goes up and down.
  case gauge
  /// Cumulative buckets with their sum and count.
  case histogram
  /// Quantiles over a recent window with their sum and count.
  case summary
  /// Constant text about a thing, as labels of a series whose value is 1.
  case info
  /// Which of a few named states hold, one series each.
  case stateSet
  /// A value whose kind its source does not tell.
  case unknown
}
