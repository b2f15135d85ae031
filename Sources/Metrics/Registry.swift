// The instruments of one program. Asking for one makes it or gives the one that is there; what does not agree with it
// is a typed error, so that no library inside a service can take it down. Nothing but table look-ups happens under the
// lock: families and collectors write after it is let go.
// SPDX-License-Identifier: Apache-2.0

/// Makes, keeps and collects instruments. Thread-safe. There is no global one: make it and pass it on.
public final class Registry: Sendable, Collector {
  let limits: MetricsLimits
  let times: SeriesTimes
  let scope: RegistryScope
  let budget: SeriesBudget
  private let state = Locked(RegistryState())
  private let report = RegistryReport()

  /// An empty registry.
  ///
  /// `prefix` is put before the name of every instrument of this registry, and `constantLabels` into each of its series,
  /// for all readers and formats. What they may be is checked with the rest of a name at registration, which throws; a
  /// constant label without a value is absent. Collectors, other registries among them, and the registry's own
  /// `vitals_metrics_*` keep the names and labels that they have: dashboards know `process_cpu_seconds_total`.
  /// With `createdSeries` OpenMetrics shows when each series of a counter, histogram or summary began, as `_created`
  /// lines: one more series each, which Prometheus stores like any other. `clock` is for tests.
  public init(
    limits: MetricsLimits = MetricsLimits(), names: AllowedNames = .legacy, prefix: String = "",
    constantLabels: [(name: String, value: String)] = [], createdSeries: Bool = false, clock: MetricsClock = .system
  ) {
    self.limits = limits
    scope = RegistryScope(names: names, prefix: prefix, constantLabels: constantLabels)
    times = SeriesTimes(clock: clock, hasCreatedLines: createdSeries)
    budget = SeriesBudget(limits)
  }

  /// The counter of this name, zero and visible from its creation. By convention the name ends with `_total`.
  public func counter(_ name: String, help: String, unit: String? = nil) throws(MetricsError) -> Counter {
    try counter(name, help: help, unit: unit, labels: []).single
  }

  /// The counters of this name, one for each combination of label values.
  public func counter(
    _ name: String, help: String, unit: String? = nil, labels: [String]
  ) throws(MetricsError) -> Family<Counter> {
    let ignored = AtomicCount()
    let family = Family<Counter>(
      MetricFamily(name, .counter, help: help, unit: unit), labelNames: labels, scope: scope, budget: budget,
      times: times, ignored: ignored, kind: .counter(ignored: ignored))
    return try register(family)
  }

  /// The gauge of this name, zero and visible from its creation.
  public func gauge(_ name: String, help: String, unit: String? = nil) throws(MetricsError) -> Gauge {
    try gauge(name, help: help, unit: unit, labels: []).single
  }

  /// The gauges of this name, one for each combination of label values.
  public func gauge(
    _ name: String, help: String, unit: String? = nil, labels: [String]
  ) throws(MetricsError) -> Family<Gauge> {
    let family = Family<Gauge>(
      MetricFamily(name, .gauge, help: help, unit: unit), labelNames: labels, scope: scope, budget: budget,
      times: times, ignored: AtomicCount(), kind: .gauge())
    return try register(family)
  }

  /// The histogram of this name, empty and visible from its creation.
  ///
  /// Native buckets stand beside the classic ones, or alone with ``Buckets/none``. Only protobuf carries them.
  public func histogram(
    _ name: String, help: String, unit: String? = nil, buckets: Buckets = .default, native: NativeBuckets? = nil
  ) throws(MetricsError) -> Histogram {
    try histogram(name, help: help, unit: unit, buckets: buckets, native: native, labels: []).single
  }

  /// The histograms of this name, one for each combination of label values.
  public func histogram(
    _ name: String, help: String, unit: String? = nil, buckets: Buckets = .default, native: NativeBuckets? = nil,
    labels: [String]
  ) throws(MetricsError) -> Family<Histogram> {
    try histograms(MetricFamily(name, .histogram, help: help, unit: unit), buckets, native, labels, exemplars: nil)
  }

  /// Histograms of any make.
  func histograms(
    _ description: MetricFamily, _ buckets: Buckets, _ native: NativeBuckets?, _ labels: [String],
    exemplars: ExemplarKeeping?
  ) throws(MetricsError) -> Family<Histogram> {
    let name = description.name
    if !buckets.areValid && (native == nil || buckets != .none) { throw .invalidBuckets(metric: name) }
    if native?.areValid == false { throw .invalidNativeBuckets(metric: name) }
    let ignored = AtomicCount()
    let kind = InstrumentKind<Histogram>.histogram(
      bounds: BucketBounds(upperBounds: buckets.upperBounds), native: native, ignored: ignored, clock: times.clock,
      exemplars: exemplars)
    let family = Family<Histogram>(
      description, labelNames: labels, scope: scope, budget: budget, times: times, ignored: ignored, buckets: buckets,
      traits: FamilyTraits(hasExemplars: exemplars != nil, native: native), kind: kind)
    return try register(family)
  }

  /// Adds a source of samples, asked at each collection after the registry's own instruments, on the collecting
  /// thread. Its names are not checked here; a writer drops and counts what would break an exposition.
  public func register(_ collector: any Collector & Sendable) {
    let source = (collector as? Registry).map(RegistryState.Source.registry) ?? .plain(PlainCollector(collector))
    state.withLock { $0.add(source) }
  }

  /// Ends the metric or callback of this name, as it was registered, or all collectors that were registered under it. False
  /// when there is none. The name is free afterwards, also for another kind of metric.
  ///
  /// Thread-safe. Handles of the metric do no harm; nobody reads them any more. A scrape that has begun may still show it
  /// or run it. Collectors that were registered without a name stay.
  @discardableResult
  public func unregister(_ name: String) -> Bool {
    let whole = scope.prefix + name
    let (family, collectors) = state.withLock { $0.remove(whole, collectors: name) }
    family?.retire()
    return family != nil || !collectors.isEmpty
  }

  /// Has `listener` told the first label values that a metric's limit on series turns away, once for each metric. It runs
  /// on the thread that looked them up, outside every lock; it may use the registry. A later call replaces it.
  public func onOverflow(_ listener: @escaping @Sendable (_ metric: String, _ labels: LabelSet) -> Void) {
    budget.listen(listener)
  }

  /// Writes the own families by name, then those of the collectors in the order of their registration. A registry
  /// may be a collector of another; one that is met again on the way is passed over.
  public func collect(into sink: any SampleSink) {
    var met: [Registry] = []
    Self.collect([self], into: sink, &met)
  }

  /// Writes several registries as one; no collector with a time limit is waited for longer than `limit`. `met` is empty,
  /// and has all registries afterwards.
  static func collect(
    _ registries: [Registry], into sink: any SampleSink, within limit: Duration? = nil, _ met: inout [Registry]
  ) {
    for registry in registries { registry.write(into: sink, limit, &met) }
    if !met.allSatisfy(\.isAllWell) { RegistryReport.write(met.map(\.report), met.flatMap(\.families), into: sink) }
    CollectorReport.write(met.flatMap(\.guarded), into: sink)
  }

  private var isAllWell: Bool { report.isAllWell && families.allSatisfy(RegistryReport.isAllWell) }

  var families: [any RegisteredFamily] { state.withLock { $0.families } }

  private var guarded: [GuardedCollector] {
    state.withLock { $0.collectors }.compactMap { if case .guarded(let collector) = $0 { collector } else { nil } }
  }

  private func write(into sink: any SampleSink, _ limit: Duration?, _ met: inout [Registry]) {
    if met.contains(where: { $0 === self }) { return }
    met.append(self)
    let (families, collectors) = state.withLock { ($0.families, $0.collectors) }
    // Those with a time limit run while the rest is written.
    let visits = collectors.compactMap { source -> GuardedCollector.Visit?? in
      if case .guarded(let collector) = source { .some(collector.begin(within: limit)) } else { nil }
    }
    var begun = visits.makeIterator()
    let writer = sink as? any ExpositionWriter
    writer?.names = scope.names
    for family in families {
      family.sweep()
      if let writer { writer.write(family) } else { family.write(into: sink) }
    }
    for source in collectors {
      switch source {
      case .registry(let registry):
        registry.write(into: sink, limit, &met)
        writer?.names = scope.names
      case .plain(let collector): collector.collect(into: sink)
      case .guarded(let collector): if case .some(.some(let visit)) = begun.next() { collector.end(visit, into: sink) }
      }
    }
  }

  /// One whole exposition, as the body of an answer to a scrape; ``Exposition`` keeps the memory for the next.
  public func exposition(_ format: ExpositionFormat = .text) -> [UInt8] {
    let exposition = Exposition()
    exposition.render(self, as: format)
    return exposition.bytes
  }

  /// Takes over what a writer dropped.
  func count(_ drops: ExpositionDrops) { report.add(drops) }

  /// Adds a collector that has a name.
  func add(_ collector: GuardedCollector) { state.withLock { $0.add(.guarded(collector)) } }

  /// Adds a collector that writes a metric of its own, unless somebody has the name.
  func addCallback(_ collector: GuardedCollector) throws(MetricsError) {
    try state.withLock { state throws(MetricsError) in try state.addCallback(collector) }
  }

  /// The family, or the one that is there when it agrees in everything.
  func register<Child: Sendable>(_ family: Family<Child>) throws(MetricsError) -> Family<Child> {
    try RegistrationRules.check(family.description, labels: family.labelNames, scope)
    let names = RegistrationRules.distinctNames(family.description, scope.names)
    return try state.withLock { state throws(MetricsError) in
      if let existing = state.family(family.description.name) { return try RegistrationRules.match(existing, family) }
      try state.add(family, names: names)
      return family
    }
  }
}
