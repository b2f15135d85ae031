// The counts of one method and route.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Requests by status, and their durations.
struct RouteCounts {
  /// The upper bounds of the duration's buckets, in seconds: Prometheus' default ones, and two for slow services.
  static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

  /// `service`, `method`, `path`.
  let labels: LabelSet
  private(set) var statuses: [(status: UInt16, labels: LabelSet, count: UInt64)] = []
  private var buckets = [UInt64](repeating: 0, count: RouteCounts.bounds.count + 1)
  private var sum = 0.0

  /// Nothing counted yet.
  init(labels: LabelSet) { self.labels = labels }

  /// Counts one request; a duration in seconds when it has one.
  mutating func count(status: UInt16, seconds: Double?) {
    var place = statuses.firstIndex { $0.status == status }
    if place == nil {
      // 0 stands for `other`.
      let kept = statuses.count < Limits.logStatusesPerRoute ? status : 0
      place = statuses.firstIndex { $0.status == kept }
      if place == nil {
        let text = kept == 0 ? "other" : String(kept)
        statuses.append((kept, labels.adding([("status", text)]), 0))
        place = statuses.count - 1
      }
    }
    if let place { statuses[place].count &+= 1 }
    guard let seconds else { return }
    var bucket = 0
    while bucket < Self.bounds.count, seconds > Self.bounds[bucket] { bucket += 1 }
    buckets[bucket] &+= 1
    sum += seconds
  }

  /// The durations; nil when no request had one.
  var durations: HistogramSnapshot? {
    buckets.contains { $0 > 0 } ? HistogramSnapshot(upperBounds: Self.bounds, counts: buckets, sum: sum) : nil
  }
}
