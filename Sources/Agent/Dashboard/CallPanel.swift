// A service's calls to language models on one line: what it waits for, and what it pays for. A service that makes none has
// no such line.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Calls, their durations and tokens.
struct CallPanel {
  private let calls: [SeriesView]
  private let tokens: [SeriesView]
  private let durations: ServiceReadings
  private let history: History

  /// Of all series with these labels.
  init(_ history: History, _ labels: [(name: String, value: String)]) {
    self.history = history
    calls = history.series("ai_api_calls_total", labels)
    tokens = history.series("ai_api_tokens_total", labels)
    durations = ServiceReadings(
      buckets: history.series("ai_api_duration_seconds_bucket", labels),
      sums: history.series("ai_api_duration_seconds_sum", labels))
  }

  func draw(into frame: inout Frame) {
    if calls.isEmpty { return }
    let (now, window) = (history.span.upperBound - 1, Limits.dashboardServiceSeconds)
    var head = Row()
    head.add("  ")
    head.add("AI calls", width: 9, .label)
    let rate = rate(of: calls, endingAt: now, seconds: window)
    head.add(Units.rate(rate), width: 8, rate == nil ? .dim : .value, right: true)
    var row = FieldRow(head, width: frame.width)
    row.add("P95", Units.seconds(durations.durations(endingAt: now, seconds: window).value(0.95)), width: 8)
    row.add("tokens", Units.rate(self.rate(of: tokens, endingAt: now, seconds: window)), width: 8)
    row.addSpark(history) { tick, width in self.rate(of: calls, endingAt: tick, seconds: width) }
    frame.add(row)
  }

  private func rate(of series: [SeriesView], endingAt tick: Int, seconds: Double) -> Double? {
    series.map { $0.rate(endingAt: tick, seconds: seconds) }.knownSum
  }
}
