// What the backend says of itself: which names it could not give, and nothing as long as all is well.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics

  /// Counts instruments that write to no series, in `vitals_swift_metrics_detached_total{metric,reason}`.
  struct DetachedReport: Sendable {
    private let family: Family<VitalsMetrics.Counter>?

    init(_ registry: Registry) {
      family = try? registry.counter(
        "vitals_swift_metrics_detached_total",
        help: "Instruments of swift-metrics that show no values, because their name is taken or past the limit.",
        labels: ["metric", "reason"])
    }

    /// For a name that another metric has.
    func conflict(_ name: String) -> VitalsMetrics.Counter? { try? family?.labels(name, "conflict") }

    /// For labels past the limit.
    var limit: VitalsMetrics.Counter? { try? family?.labels("", "limit") }
  }
#endif
