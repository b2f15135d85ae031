// What rules make of the logs, a line a metric and service: a rate, a size or a number of things, and its course. The sum
// of all series, but of a gauge that has several: those have no sum that says anything.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The rules' metrics.
struct RulePanel {
  private let rules: [RuleName]
  private let history: History

  init(_ context: DashboardContext) {
    history = context.history
    rules = context.rules.filter { rule in
      context.history.series(rule.sampleName, rule.labels).contains { $0.latest != nil }
    }
  }

  func draw(into frame: inout Frame, limit: Int) {
    if rules.isEmpty { return }
    frame.addHeading("Rules", note: rules.count > limit ? "\(limit) of \(rules.count)" : "")
    let shown = rules.prefix(limit)
    let hasManyServices = Set(rules.map(\.service)).count > 1
    let names = shown.map { (hasManyServices ? $0.service + " " : "") + $0.metric }
    let width = min(names.map { DisplayText.width($0) }.max() ?? 0, frame.width / 2)
    for (rule, name) in zip(shown, names) {
      var head = Row()
      head.add("  ")
      head.add(DisplayText.cut(DisplayText.safe(name), width), width: width, .label)
      var row = FieldRow(head, width: frame.width)
      draw(rule, &row)
      frame.add(row)
    }
  }

  private func draw(_ rule: RuleName, _ row: inout FieldRow) {
    let series = history.series(rule.sampleName, rule.labels)
    let (now, window) = (history.span.upperBound - 1, Limits.dashboardServiceSeconds)
    switch rule.type {
    case .gauge where !rule.isSum && series.count > 1:
      row.add("series", Units.count(Double(series.count)), width: 8)
    case .gauge:
      row.add("now", amount(rule, series.map(\.latest).knownSum), width: 8, .value)
      row.addSpark(history) { tick, _ in series.map { $0.value(at: tick) }.knownSum }
    default:
      row.add("per second", amount(rule, rate(series, now, window)), width: 8, .value)
      if rule.type == .histogram {
        let buckets = history.series(rule.metric + "_bucket", rule.labels)
        let sums = history.series(rule.metric + "_sum", rule.labels)
        let quantiles = ServiceReadings(buckets: buckets, sums: sums).durations(endingAt: now, seconds: window)
        row.add("P95", size(rule, quantiles.value(0.95)), width: 8)
      }
      row.addSpark(history) { tick, width in rate(series, tick, width) }
    }
  }

  /// A histogram's rate is that of its lines, whatever its unit.
  private func amount(_ rule: RuleName, _ value: Double?) -> String {
    rule.type == .histogram ? Units.count(value) : size(rule, value)
  }

  private func size(_ rule: RuleName, _ value: Double?) -> String {
    let name = rule.metric.hasSuffix("_total") ? String(rule.metric.dropLast(6)) : rule.metric
    if name.hasSuffix("_seconds") { return Units.seconds(value) }
    return name.hasSuffix("_bytes") ? Units.bytes(value) : Units.count(value)
  }

  private func rate(_ series: [SeriesView], _ tick: Int, _ seconds: Double) -> Double? {
    series.map { $0.rate(endingAt: tick, seconds: seconds) }.knownSum
  }
}
