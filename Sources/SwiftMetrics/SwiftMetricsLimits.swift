// Every bound of the swift-metrics backend. What goes past one is counted and exported, never silent.
// SPDX-License-Identifier: Apache-2.0

/// The bounds of a ``VitalsMetricsFactory``.
public struct SwiftMetricsLimits: Sendable, Hashable {
  /// Series that one metric keeps; later dimensions share one series whose labels all read `other`, and
  /// `vitals_metrics_folded_total` counts the look-ups that ended there.
  public var seriesPerMetric: Int
  /// Labels of swift-metrics that are kept of each kind, so that one made of a request's text fills no memory; later ones
  /// get detached instruments, counted in `vitals_swift_metrics_detached_total` with the reason `limit`.
  public var metrics: Int

  /// The bounds of a factory; the defaults suit a service.
  public init(seriesPerMetric: Int = 10_000, metrics: Int = 1_000) {
    self.seriesPerMetric = seriesPerMetric
    self.metrics = metrics
  }

  /// Spellings of one series (other orders of the same dimensions, `a.b` and `a_b`) that have the short way each.
  static let spellingsPerSeries = 8
  /// Parts of the look-up table, each with a lock, so that threads seldom wait for each other. A power of two.
  static let cacheShards = 16
  /// The label value of series past ``seriesPerMetric``.
  static let overflowValue = "other"
}
