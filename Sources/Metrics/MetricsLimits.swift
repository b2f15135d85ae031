// Every bound of the metrics module. What goes past one is counted and exported, never silent.
// SPDX-License-Identifier: Apache-2.0

/// The bounds of a registry.
public struct MetricsLimits: Sendable, Hashable {
  /// Series that one labelled family keeps; later label values share one series whose labels all read `other`, and
  /// `vitals_metrics_folded_total` counts the lookups that ended there. 10,000 series render to about 1 MB.
  public var seriesPerFamily: Int

  /// The bounds of a registry; the default suits a service.
  public init(seriesPerFamily: Int = 10_000) { self.seriesPerFamily = seriesPerFamily }

  /// Finite bounds of one histogram; each is a series.
  static let bucketBounds = 1_000
  /// Populated buckets of one native histogram.
  static let nativeBuckets = 4_096
  /// Neighbouring native buckets from the first populated one to the last, of one sign: 256 KB a thread. At schema 3 and
  /// coarser nothing comes near it; past it the resolution is halved as for too many buckets.
  static let nativeWindow = 32_768
  /// The magnitude of a native bucket's index; the largest double's at schema 8 is 262,144, the least one's -274,944.
  static let nativeIndices = 300_000
  /// The label value of series past ``seriesPerFamily``.
  static let overflowValue = "other"
  /// Characters of an exemplar's names and values together (OpenMetrics 1.0, "Exemplars").
  static let exemplarCharacters = 128
  /// Clauses of an Accept header that are looked at; Prometheus sends six.
  static let acceptClauses = 64
  /// The longest kernel file that the process collector reads; /proc/stat of a 1,024-core machine stays below it.
  static let kernelFileBytes = 8 << 20
}
