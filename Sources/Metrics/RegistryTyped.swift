// Registration of metrics whose labels are enums.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// The counters of this name, one for each combination of cases, all there at zero at once:
  ///
  ///     let requests = try registry.counter(
  ///       "http_requests_total", help: "Requests.", labels: TypedLabel<Method>("method"), TypedLabel<Status>("status"))
  ///     requests.increment(.get, .ok)
  ///
  /// More combinations than ``MetricsLimits/seriesPerFamily`` are refused.
  public func counter<each Label: MetricLabel>(
    _ name: String, help: String, unit: String? = nil, labels: repeat TypedLabel<each Label>
  ) throws(MetricsError) -> TypedFamily<Counter, repeat each Label> {
    var cases = LabelCases()
    for label in repeat each labels { cases.add(label) }
    try check(cases, name)
    return try typed(cases, of: counter(name, help: help, unit: unit, labels: cases.names))
  }

  /// The gauges of this name, one for each combination of cases, all there at zero at once.
  public func gauge<each Label: MetricLabel>(
    _ name: String, help: String, unit: String? = nil, labels: repeat TypedLabel<each Label>
  ) throws(MetricsError) -> TypedFamily<Gauge, repeat each Label> {
    var cases = LabelCases()
    for label in repeat each labels { cases.add(label) }
    try check(cases, name)
    return try typed(cases, of: gauge(name, help: help, unit: unit, labels: cases.names))
  }

  /// The histograms of this name, one for each combination of cases, all there and empty at once.
  public func histogram<each Label: MetricLabel>(
    _ name: String, help: String, unit: String? = nil, buckets: Buckets = .default, native: NativeBuckets? = nil,
    labels: repeat TypedLabel<each Label>
  ) throws(MetricsError) -> TypedFamily<Histogram, repeat each Label> {
    var cases = LabelCases()
    for label in repeat each labels { cases.add(label) }
    try check(cases, name)
    return try typed(
      cases, of: histogram(name, help: help, unit: unit, buckets: buckets, native: native, labels: cases.names))
  }

  private func check(_ cases: LabelCases, _ name: String) throws(MetricsError) {
    if 1...max(1, limits.seriesPerFamily) ~= cases.combinations { return }
    throw .tooManySeries(metric: name, limit: limits.seriesPerFamily)
  }

  private func typed<Child: AnyObject & Sendable, each Label: MetricLabel>(
    _ cases: LabelCases, of family: Family<Child>
  ) throws(MetricsError) -> TypedFamily<Child, repeat each Label> {
    var children: [Child] = []
    for values in cases.all { children.append(try family.labels(values)) }
    return TypedFamily(children: children, counts: cases.counts + [children.count], isNumbered: cases.areNumbered)
  }
}
