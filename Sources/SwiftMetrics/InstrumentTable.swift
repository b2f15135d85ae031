// All instruments of one kind. A look-up that hits costs a hash and a short lock; the first one of a series works out legal
// names and registers the family. What cannot be registered gives a detached instrument, which takes values and shows none:
// a name that is taken must not stop a service, and must not be silent either.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics

  /// The instruments of one kind, by label and dimensions. Thread-safe.
  final class InstrumentTable<Kept: Instrument>: Sendable {
    /// A metric, or the count of look-ups that found its name taken.
    private enum Entry: Sendable {
      case open(Metric<Kept>)
      case detached(VitalsMetrics.Counter?)
    }

    private struct State: Sendable {
      var entries: [String: Entry] = [:]
      /// Which label has taken which name.
      var owners: [String: String] = [:]
    }

    private let limits: SwiftMetricsLimits
    private let report: DetachedReport
    private let name: @Sendable (String) -> String
    private let register: @Sendable (String, String) throws(MetricsError) -> Family<Kept.Child>
    private let cache = InstrumentCache<Kept>()
    private let state = Locked(State())
    private let detached = Kept(nil, ignored: nil, series: nil)

    /// `name` gives a label's legal name; `register` is given the label and that name.
    init(
      limits: SwiftMetricsLimits, report: DetachedReport, name: @escaping @Sendable (String) -> String,
      register: @escaping @Sendable (String, String) throws(MetricsError) -> Family<Kept.Child>
    ) {
      self.limits = limits
      self.report = report
      self.name = name
      self.register = register
    }

    /// The instrument of a label and its dimensions; the same one as long as it is not destroyed.
    func instrument(_ label: String, _ dimensions: [(String, String)]) -> Kept {
      let key = InstrumentKey(label, dimensions)
      return cache.find(key) ?? make(key)
    }

    /// Ends an instrument's series. Whoever holds the instrument may go on; nobody reads it.
    func destroy(_ instrument: Kept) {
      guard let series = instrument.series else { return }
      guard case .open(let metric) = state.withLock({ $0.entries[series.label] }) else { return }
      for key in metric.destroy(instrument, series) { cache.forget(instrument, key) }
    }

    @inline(never) private func make(_ key: InstrumentKey) -> Kept {
      switch state.withLock({ $0.entries[key.label] }) ?? open(key.label) {
      case .detached(let count):
        count?.increment()
        return detached
      case .open(let metric):
        let (instrument, isKept) = metric.instrument(LegalNames.labels(key.dimensions), key)
        if isKept { cache.keep(instrument, key) }
        return instrument
      }
    }

    /// Two threads may come here with one label: the registry gives both the same family, and the first entry stays.
    private func open(_ label: String) -> Entry {
      let name = name(label)
      let claim = state.withLock { state -> Bool? in
        if state.entries.count >= limits.metrics && state.entries[label] == nil { return nil }
        let owner = state.owners[name] ?? label
        state.owners[name] = owner
        return owner == label
      }
      guard let isOwner = claim else { return .detached(report.limit) }
      let family = isOwner ? try? register(label, name) : nil
      return state.withLock { state in
        if let entry = state.entries[label] { return entry }
        let entry =
          family.map { Entry.open(Metric(label: label, family: $0, limit: limits.seriesPerMetric)) }
          ?? .detached(report.conflict(name))
        state.entries[label] = entry
        return entry
      }
    }
  }
#endif
