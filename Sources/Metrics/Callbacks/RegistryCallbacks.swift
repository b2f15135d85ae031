// Metrics whose value is asked for at each collection, and collectors that a collection can do without.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// A gauge whose value `read` gives at each collection; nil is no sample.
  ///
  /// `read` runs outside every lock, never twice at once, and may use the registry. One that throws has no sample in that
  /// collection, which `vitals_metrics_collector_failures_total` counts under the metric's name. Without a time limit it
  /// runs on the collecting thread and must not block; with one, as ``register(_:name:timeLimit:)`` says.
  public func gauge(
    _ name: String, help: String, unit: String? = nil, timeLimit: Duration? = nil,
    read: @escaping @Sendable () throws -> Double?
  ) throws(MetricsError) {
    try callback(MetricFamily(name, .gauge, help: help, unit: unit), timeLimit) { try read().map { .double($0) } }
  }

  /// A counter that is counted elsewhere, whose total `read` gives at each collection; nil is no sample. The total must
  /// only grow. Otherwise as the gauge with a closure.
  public func counter(
    _ name: String, help: String, unit: String? = nil, timeLimit: Duration? = nil,
    read: @escaping @Sendable () throws -> MetricValue?
  ) throws(MetricsError) {
    try callback(MetricFamily(name, .counter, help: help, unit: unit), timeLimit, read)
  }

  /// Adds a source of samples that may fail or hang without taking the collection with it.
  ///
  /// It is asked as one without a name is, and: its samples are added whole or not at all; two collections at once share
  /// one call. With a time limit it runs on a thread of the library's own, at most four in a process, beside other
  /// collectors with a limit. One that is late has no samples in that collection, and is neither called nor waited for
  /// again until it has returned. A collection's own limit may be shorter. From the first failure on,
  /// `vitals_metrics_collector_up` and `vitals_metrics_collector_failures_total` have it under `name`.
  ///
  /// Waking a thread costs about 20 µs; without a limit, as for sources that cannot block, there is none.
  public func register(_ collector: any Collector & Sendable, name: String, timeLimit: Duration?) {
    register(name: name, timeLimit: timeLimit) { collector.collect(into: $0) }
  }

  /// As ``register(_:name:timeLimit:)``, for a closure that may throw instead of writing half of its samples.
  public func register(
    name: String, timeLimit: Duration?, collect: @escaping @Sendable (any SampleSink) throws -> Void
  ) {
    add(GuardedCollector(name: name, timeLimit: timeLimit, body: collect))
  }

  private func callback(
    _ family: MetricFamily, _ timeLimit: Duration?, _ read: @escaping @Sendable () throws -> MetricValue?
  ) throws(MetricsError) {
    let (family, labels) = (scope.whole(family), scope.labels([], []))
    try RegistrationRules.check(family, labels: [], scope)
    let collector = GuardedCollector(
      name: family.name, occupiedNames: RegistrationRules.distinctNames(family, scope.names), timeLimit: timeLimit
    ) { sink in
      guard let value = try read() else { return }
      sink.family(family)
      sink.sample(labels, value)
    }
    try addCallback(collector)
  }
}
