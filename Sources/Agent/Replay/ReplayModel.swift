// The calls to one language model. Their durations are counted in buckets only, so that quantiles are estimates, as those of
// the dashboards are.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// What a service asked of a model.
struct ReplayModel {
  let service: String
  let name: String
  let calls: UInt64
  /// By status, ascending.
  let statuses: [(status: String, count: UInt64)]
  /// By type; those that no line says are not there.
  let tokens: [(type: String, count: UInt64)]
  /// Of calls that had a duration; nil when none had.
  let durations: (count: UInt64, sum: Double, p50: Double, p95: Double)?

  /// The counts of a service.
  init(_ counts: AIModelCounts) {
    service = counts.labels["service"] ?? ""
    name = counts.labels["model"] ?? ""
    calls = counts.statuses.reduce(0) { $0 &+ $1.count }
    statuses = counts.statuses.map { ($0.labels["status"] ?? "", $0.count) }.sorted { $0.status < $1.status }
    tokens = counts.tokens.map { ($0.kind.label, $0.count) }
    durations = counts.durations.flatMap { Self.durations($0) }
  }

  private static let good: Set<String> = ["ok", "success", "succeeded", "complete", "completed", "stop"]

  /// Calls whose status is no word for success and no 2xx.
  var failed: UInt64 {
    statuses.reduce(0) { sum, one in
      let isGood = Self.good.contains(one.status) || one.status.count == 3 && one.status.first == "2"
      return isGood ? sum : sum &+ one.count
    }
  }

  private static func durations(
    _ snapshot: HistogramSnapshot
  ) -> (count: UInt64, sum: Double, p50: Double, p95: Double)? {
    var buckets = BucketQuantile()
    var count: UInt64 = 0
    for (bound, one) in zip(snapshot.upperBounds + [.infinity], snapshot.counts) {
      count &+= one
      buckets.add(Double(count), upTo: bound)
    }
    guard let p50 = buckets.value(0.5), let p95 = buckets.value(0.95) else { return nil }
    return (count, snapshot.sum, p50, p95)
  }
}
