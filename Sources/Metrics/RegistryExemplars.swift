// Counters and histograms that keep examples. A choice of the family, made once: its instruments then count on a path
// that looks for examples, at some 10 ns more (25 where no task has set one), and all others do not even ask.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// The counter of this name, which keeps an example of what it counts when `exemplars` is true; OpenMetrics shows it.
  /// Plain increments take their example from ``Exemplar/current``.
  public func counter(
    _ name: String, help: String, unit: String? = nil, exemplars: Bool
  ) throws(MetricsError) -> Counter {
    try counter(name, help: help, unit: unit, labels: [], exemplars: exemplars).single
  }

  /// The counters of this name, each of which keeps an example when `exemplars` is true.
  public func counter(
    _ name: String, help: String, unit: String? = nil, labels: [String], exemplars: Bool
  ) throws(MetricsError) -> Family<Counter> {
    if !exemplars { return try counter(name, help: help, unit: unit, labels: labels) }
    let ignored = AtomicCount()
    let family = Family<Counter>(
      MetricFamily(name, .counter, help: help, unit: unit), labelNames: labels, scope: scope,
      budget: budget, times: times, ignored: ignored, traits: FamilyTraits(hasExemplars: true),
      kind: .counter(ignored: ignored, exemplars: ExemplarKeeping(clock: times.clock)))
    return try register(family)
  }

  /// The histogram of this name, which keeps an example a bucket when `exemplars` is true; OpenMetrics shows them. Plain
  /// observations take theirs from ``Exemplar/current``.
  public func histogram(
    _ name: String, help: String, unit: String? = nil, buckets: Buckets = .default, native: NativeBuckets? = nil,
    exemplars: Bool
  ) throws(MetricsError) -> Histogram {
    try histogram(
      name, help: help, unit: unit, buckets: buckets, native: native, labels: [], exemplars: exemplars
    ).single
  }

  /// The histograms of this name, each of which keeps an example a bucket when `exemplars` is true: some 200 bytes and 50
  /// more a bucket.
  public func histogram(
    _ name: String, help: String, unit: String? = nil, buckets: Buckets = .default, native: NativeBuckets? = nil,
    labels: [String], exemplars: Bool
  ) throws(MetricsError) -> Family<Histogram> {
    let description = MetricFamily(name, .histogram, help: help, unit: unit)
    let keeping = exemplars ? ExemplarKeeping(clock: times.clock) : nil
    return try histograms(description, buckets, native, labels, exemplars: keeping)
  }
}
