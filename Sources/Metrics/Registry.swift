// The instruments of one program. Asking for one makes it or gives the one that is there; what does not agree with it
// is a typed error, so that no library inside a service can take it down. Nothing but table look-ups happens under the
// lock: families and collectors write after it is let go.
// SPDX-License-Identifier: Apache-2.0

/// Makes, keeps and collects instruments. Thread-safe. There is no global one: make it and pass it on.
public final class Registry: Sendable, Collector {
  private struct State: Sendable {
    /// Sorted by name.
    var families: [any RegisteredFamily] = []
    var byName: [String: any RegisteredFamily] = [:]
    var owners: [String: String] = RegistryReport.owners
    var collectors: [any Collector & Sendable] = []
  }

  let limits: MetricsLimits
  let times: SeriesTimes
  private let state = Locked(State())
  private let report = RegistryReport()

  /// An empty registry. With `createdSeries` OpenMetrics shows when each series of a counter, histogram or summary
  /// began, as `_created` lines: one more series each, which Prometheus stores like any other. `clock` is for tests.
  public init(
    limits: MetricsLimits = MetricsLimits(), createdSeries: Bool = false, clock: MetricsClock = .system
  ) {
    self.limits = limits
    times = SeriesTimes(clock: clock, hasCreatedLines: createdSeries)
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
      MetricFamily(name, .counter, help: help, unit: unit), labelNames: labels, limit: limits.seriesPerFamily,
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
      MetricFamily(name, .gauge, help: help, unit: unit), labelNames: labels, limit: limits.seriesPerFamily,
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
      description, labelNames: labels, limit: limits.seriesPerFamily, times: times, ignored: ignored, buckets: buckets,
      traits: FamilyTraits(hasExemplars: exemplars != nil, native: native), kind: kind)
    return try register(family)
  }

  /// Adds a source of samples, asked at each collection after the registry's own instruments, on the collecting
  /// thread. Its names are not checked here; a writer drops and counts what would break an exposition.
  public func register(_ collector: any Collector & Sendable) {
    state.withLock { $0.collectors.append(collector) }
  }

  /// Writes the own families by name, then those of the collectors in the order of their registration. A registry
  /// may be a collector of another; one that is met again on the way is passed over.
  public func collect(into sink: any SampleSink) { Self.collect([self], into: sink) }

  /// Writes several registries as one.
  static func collect(_ registries: [Registry], into sink: any SampleSink) {
    var met: [Registry] = []
    for registry in registries { registry.write(into: sink, &met) }
    RegistryReport.write(met.map(\.report), met.flatMap(\.families), into: sink)
  }

  private var families: [any RegisteredFamily] { state.withLock { $0.families } }

  private func write(into sink: any SampleSink, _ met: inout [Registry]) {
    if met.contains(where: { $0 === self }) { return }
    met.append(self)
    let (families, collectors) = state.withLock { ($0.families, $0.collectors) }
    let writer = sink as? any ExpositionWriter
    for family in families {
      if let writer { writer.write(family) } else { family.write(into: sink) }
    }
    for collector in collectors {
      if let registry = collector as? Registry {
        registry.write(into: sink, &met)
      } else {
        collector.collect(into: sink)
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

  /// The family, or the one that is there when it agrees in everything.
  func register<Child: Sendable>(_ family: Family<Child>) throws(MetricsError) -> Family<Child> {
    try RegistrationRules.check(family.description, labels: family.labelNames)
    let names = family.occupiedNames
    return try state.withLock { state throws(MetricsError) in
      let description = family.description
      if let existing = state.byName[description.name] { return try RegistrationRules.match(existing, family) }
      for name in names {
        if let owner = state.owners[name] { throw .nameClash(metric: description.name, with: owner, name: name) }
      }
      for name in names { state.owners[name] = description.name }
      state.byName[description.name] = family
      let place = state.families.firstIndex { description.name < $0.description.name } ?? state.families.endIndex
      state.families.insert(family, at: place)
      return family
    }
  }
}
