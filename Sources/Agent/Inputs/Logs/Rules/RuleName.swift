// A rule's metric as dashboards know it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One rule's metric for one service.
struct RuleName {
  let metric: String
  let service: String
  let type: MetricType
  /// Whether its series add up: what is in flight does, other gauges do not.
  let isSum: Bool

  var labels: [(name: String, value: String)] { [("service", service)] }

  /// The name of the series that says how much there is.
  var sampleName: String { type == .histogram ? metric + "_count" : metric }
}
