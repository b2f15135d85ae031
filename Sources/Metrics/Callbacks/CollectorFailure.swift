// Why a collection has nothing of a collector.
// SPDX-License-Identifier: Apache-2.0

/// The reasons in `vitals_metrics_collector_failures_total`.
enum CollectorFailure: String, CaseIterable, Sendable {
  /// It threw.
  case error
  /// It wrote more than ``MetricsLimits/collectorEntries``.
  case full
  /// It had not returned in time, or has not since an earlier collection.
  case late
}
