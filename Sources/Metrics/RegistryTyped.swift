// Registration of metrics whose labels are enums.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// The counters of this name, one for each combination of cases, all there at zero at once:
  ///
  ///     let requests = try registry.counter(
  ///       "http_requests_total", help: "Requests.", labels: TypedLabels(("method", Method.self), ("status", Status.self)))
  ///     requests.increment(.get, .ok)
  ///
  /// More combinations than ``MetricsLimits/seriesPerFamily`` are refused.
  public func counter<Labels>(
    _ name: String, help: String, unit: String? = nil, labels: TypedLabels<Labels>
  ) throws(MetricsError) -> TypedFamily<Counter, Labels> {
    try check(labels.cases, name)
    return try typed(labels.cases, of: counter(name, help: help, unit: unit, labels: labels.cases.names))
  }

  /// The gauges of this name, one for each combination of cases, all there at zero at once.
  public func gauge<Labels>(
    _ name: String, help: String, unit: String? = nil, labels: TypedLabels<Labels>
  ) throws(MetricsError) -> TypedFamily<Gauge, Labels> {
    try check(labels.cases, name)
    return try typed(labels.cases, of: gauge(name, help: help, unit: unit, labels: labels.cases.names))
  }

  /// The histograms of this name, one for each combination of cases, all there and empty at once.
  public func histogram<Labels>(
    _ name: String, help: String, unit: String? = nil, buckets: Buckets = .default, native: NativeBuckets? = nil,
    labels: TypedLabels<Labels>
  ) throws(MetricsError) -> TypedFamily<Histogram, Labels> {
    try check(labels.cases, name)
    let names = labels.cases.names
    return try typed(
      labels.cases, of: histogram(name, help: help, unit: unit, buckets: buckets, native: native, labels: names))
  }

  private func check(_ cases: LabelCases, _ name: String) throws(MetricsError) {
    if 1...max(1, limits.seriesPerFamily) ~= cases.combinations { return }
    throw .tooManySeries(metric: name, limit: limits.seriesPerFamily)
  }

  private func typed<Child: AnyObject & Sendable, Labels>(
    _ cases: LabelCases, of family: Family<Child>
  ) throws(MetricsError) -> TypedFamily<Child, Labels> {
    var children: [Child] = []
    for values in cases.all { children.append(try family.labels(values)) }
    return TypedFamily(children: children, cases: cases)
  }
}
