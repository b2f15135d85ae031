// The backend of swift-metrics: libraries and services that are instrumented with it show up in a registry. One table a
// kind of instrument; the factory only says which label becomes which family.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  public import CoreMetrics
  public import VitalsMetrics

  /// Makes swift-metrics' instruments in a ``Registry``.
  ///
  /// Thread-safe. Making an instrument again gives the same one at the price of a look-up; recording costs what the
  /// registry's own instruments cost. Nothing traps: where a name is taken the instrument is detached, and
  /// `vitals_swift_metrics_detached_total{metric,reason}` counts it.
  ///
  /// | swift-metrics | here |
  /// |---|---|
  /// | `Counter`, `FloatingPointCounter` `http.requests` | counter `http_requests_total` |
  /// | `Meter`, `Gauge`, `Recorder(aggregate: false)` `queue.length` | gauge `queue_length` |
  /// | `Recorder` `body.bytes` | histogram `body_bytes` |
  /// | `Timer` `http.request` | histogram `http_request_seconds`; `preferDisplayUnit` is not heeded |
  ///
  /// Dimensions may have other names from call to call: the series of one metric then have different labels.
  public final class VitalsMetricsFactory: MetricsFactory {
    private let counters: InstrumentTable<CounterInstrument>
    private let gauges: InstrumentTable<GaugeInstrument>
    private let recorders: InstrumentTable<HistogramInstrument>
    private let timers: InstrumentTable<HistogramInstrument>

    /// A backend over `registry`, for `MetricsSystem.bootstrap`. Throws for buckets that no histogram can have.
    public init(_ registry: Registry, options: SwiftMetricsOptions = SwiftMetricsOptions()) throws(MetricsError) {
      try Self.check(options)
      let limits = options.limits
      let report = DetachedReport(registry)
      let help = { @Sendable (label: String) in options.help[label] ?? "\(label), recorded through swift-metrics." }
      counters = InstrumentTable(limits: limits, report: report, name: { LegalNames.counter($0) }) {
        label, name throws(MetricsError) in
        try registry.counter(name, help: help(label), labels: [])
      }
      gauges = InstrumentTable(limits: limits, report: report, name: { LegalNames.plain($0) }) {
        label, name throws(MetricsError) in
        try registry.gauge(name, help: help(label), labels: [])
      }
      recorders = InstrumentTable(limits: limits, report: report, name: { LegalNames.plain($0) }) {
        label, name throws(MetricsError) in
        let buckets = options.buckets[label] ?? options.recorderBuckets
        return try registry.histogram(name, help: help(label), buckets: buckets, labels: [])
      }
      timers = InstrumentTable(limits: limits, report: report, name: { LegalNames.timer($0) }) {
        label, name throws(MetricsError) in
        let buckets = options.buckets[label] ?? options.timerBuckets
        return try registry.histogram(name, help: help(label), unit: "seconds", buckets: buckets, labels: [])
      }
    }

    /// The counter of this label and these dimensions.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
      counters.instrument(label, dimensions)
    }

    /// The same counter, for fractional amounts.
    public func makeFloatingPointCounter(
      label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
      counters.instrument(label, dimensions)
    }

    /// The gauge of this label and these dimensions.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
      gauges.instrument(label, dimensions)
    }

    /// A histogram, or the gauge when it does not aggregate.
    public func makeRecorder(
      label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
      aggregate ? recorders.instrument(label, dimensions) : gauges.instrument(label, dimensions)
    }

    /// The histogram of seconds of this label and these dimensions.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
      timers.instrument(label, dimensions)
    }

    /// Ends the counter's series.
    public func destroyCounter(_ handler: any CounterHandler) {
      if let instrument = handler as? CounterInstrument { counters.destroy(instrument) }
    }

    /// Ends the counter's series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
      if let instrument = handler as? CounterInstrument { counters.destroy(instrument) }
    }

    /// Ends the gauge's series.
    public func destroyMeter(_ handler: any MeterHandler) {
      if let instrument = handler as? GaugeInstrument { gauges.destroy(instrument) }
    }

    /// Ends the series of a histogram or a gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) {
      if let instrument = handler as? HistogramInstrument { recorders.destroy(instrument) }
      if let instrument = handler as? GaugeInstrument { gauges.destroy(instrument) }
    }

    /// Ends the timer's series.
    public func destroyTimer(_ handler: any TimerHandler) {
      if let instrument = handler as? HistogramInstrument { timers.destroy(instrument) }
    }

    private static func check(_ options: SwiftMetricsOptions) throws(MetricsError) {
      if !options.timerBuckets.areValid { throw .invalidBuckets(metric: "timerBuckets") }
      if !options.recorderBuckets.areValid { throw .invalidBuckets(metric: "recorderBuckets") }
      for (label, buckets) in options.buckets where !buckets.areValid { throw .invalidBuckets(metric: label) }
    }
  }
#endif
