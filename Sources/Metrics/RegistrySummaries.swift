// Registration of summaries.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// The summary of this name, empty and visible from its creation: its quantiles are NaN until something is observed.
  ///
  /// `quantiles` are up to 32 ascending numbers from 0 to 1, each a series; `window` is from a second to a day. A
  /// histogram is the better choice where several processes are to be added up.
  public func summary(
    _ name: String, help: String, unit: String? = nil, quantiles: [Double] = [0.5, 0.9, 0.99],
    window: Duration = .seconds(600)
  ) throws(MetricsError) -> Summary {
    try summary(name, help: help, unit: unit, quantiles: quantiles, window: window, labels: []).single
  }

  /// The summaries of this name, one for each combination of label values. Each has some kilobytes a thread that
  /// observes, 40 KB at most, and up to 300 KB for the readings of its window; some 20 KB is usual.
  public func summary(
    _ name: String, help: String, unit: String? = nil, quantiles: [Double] = [0.5, 0.9, 0.99],
    window: Duration = .seconds(600), labels: [String]
  ) throws(MetricsError) -> Family<Summary> {
    let areQuantiles = quantiles.count <= MetricsLimits.summaryQuantiles && quantiles.allSatisfy { 0...1 ~= $0 }
    let ascend = zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 < $1 }
    if !areQuantiles || !ascend { throw .invalidQuantiles(metric: name) }
    if !(MetricsLimits.summaryWindow ~= window) { throw .invalidWindow(metric: name) }
    if labels.contains("quantile") { throw .reservedLabel(metric: name, label: "quantile") }
    let ignored = AtomicCount()
    let family = Family<Summary>(
      MetricFamily(name, .summary, help: help, unit: unit), labelNames: labels, limit: limits.seriesPerFamily,
      times: times, ignored: ignored, traits: FamilyTraits(quantiles: quantiles, window: window),
      kind: .summary(quantiles, window, times.clock, ignored: ignored))
    return try register(family)
  }
}

extension InstrumentKind where Child == Summary {
  /// Summaries.
  fileprivate static func summary(
    _ quantiles: [Double], _ window: Duration, _ clock: MetricsClock, ignored: AtomicCount
  ) -> Self {
    written(
      make: { Summary(quantiles: quantiles, window: window, clock: clock, ignored: ignored) },
      write: { summary, labels, created, sink in sink.summary(labels, summary.snapshot(created: created)) })
  }
}
