// Every bound of the metrics module. What goes past one is counted and exported, never silent.
// SPDX-License-Identifier: Apache-2.0

/// The bounds of a registry.
public struct MetricsLimits: Sendable, Hashable {
  /// Series that one labelled family keeps; later label values share one series whose labels all read `other`, and
  /// `vitals_metrics_folded_total` counts the lookups that ended there. 10,000 series render to about 1 MB.
  public var seriesPerFamily: Int

  /// Labelled series that all families of a registry keep together. Past it each family folds new label values into
  /// its own series of `other`, as past ``seriesPerFamily``; those series and instruments without labels are not counted.
  public var series: Int

  /// The bounds of a registry; the default suits a service.
  public init(seriesPerFamily: Int = 10_000, series: Int = 100_000) {
    self.seriesPerFamily = seriesPerFamily
    self.series = series
  }

  /// Threads for callbacks with a time limit, in a process.
  static let helperThreads = 4
  /// Families and samples that a collector with a name may write in one collection; a million are some 100 MB.
  static let collectorEntries = 1_000_000
  /// How long a collection waits for a call that another one has begun and that has no limit of its own.
  static let sharedCallWait = Duration.seconds(1)
  /// The longest time that a scraper's header can give a collection.
  static let scrapeSeconds = 3_600.0
  /// Finite bounds of one histogram; each is a series.
  static let bucketBounds = 1_000
  /// The label value of series past ``seriesPerFamily``.
  static let overflowValue = "other"
  /// Characters of an exemplar's names and values together (OpenMetrics 1.0, "Exemplars").
  static let exemplarCharacters = 128
  /// Clauses of an Accept header that are looked at; Prometheus sends six.
  static let acceptClauses = 64
  /// The longest kernel file that the process collector reads; /proc/stat of a 1,024-core machine stays below it.
  static let kernelFileBytes = 8 << 20
}
