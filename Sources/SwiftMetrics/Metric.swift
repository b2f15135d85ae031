// One metric of swift-metrics: a family of the registry and its instruments by labels. Prometheus families usually have
// fixed label names; swift-metrics lets them differ from call to call, and so does this: series of one family that differ
// in their label names are legal in the formats and in the data model, where an absent label is an empty one.
//
// The family's lock is taken under this one, always in this order: making or ending a series and its instrument is one
// step, so that no instrument is left with a series that nobody reads.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics

  /// A metric's instruments. Thread-safe.
  final class Metric<Kept: Instrument>: Sendable {
    private struct Series: Sendable {
      let instrument: Kept
      /// The keys under which the cache has it.
      var spellings: [InstrumentKey] = []
    }

    private struct State: Sendable {
      var series: [LabelSet: Series] = [:]
      /// For all dimensions past the limit.
      var overflow: Kept?
    }

    private let label: String
    private let family: Family<Kept.Child>
    private let limit: Int
    private let state = Locked(State())

    init(label: String, family: Family<Kept.Child>, limit: Int) {
      self.label = label
      self.family = family
      self.limit = limit
    }

    /// The instrument with these labels, and whether the cache may keep it under this key.
    func instrument(_ labels: LabelSet, _ key: InstrumentKey) -> (instrument: Kept, isKept: Bool) {
      let found = state.withLock { state -> (Kept, Bool)? in
        if let series = state.series[labels] {
          let isKept = series.spellings.count < SwiftMetricsLimits.spellingsPerSeries
          if isKept && !series.spellings.contains(key) { state.series[labels]?.spellings.append(key) }
          return (series.instrument, isKept)
        }
        if state.series.count >= limit && !labels.isEmpty { return nil }
        let identity = SeriesIdentity(label: label, labels: labels)
        let instrument = Kept(family.child(labels), ignored: family.ignored, series: identity)
        state.series[labels] = Series(instrument: instrument, spellings: [key])
        return (instrument, true)
      }
      return found ?? (folded(labels), false)
    }

    /// Ends an instrument's series; the keys that the cache is to forget.
    func destroy(_ instrument: Kept, _ identity: SeriesIdentity) -> [InstrumentKey] {
      state.withLock { state in
        guard let series = state.series[identity.labels], series.instrument === instrument else { return [] }
        state.series[identity.labels] = nil
        family.remove(identity.labels)
        identity.destroy()
        return series.spellings
      }
    }

    /// The labels of the first one that is folded give the shared series its names.
    private func folded(_ labels: LabelSet) -> Kept {
      family.folded.add(1)
      return state.withLock { state in
        if let overflow = state.overflow { return overflow }
        let shared = LabelSet(labels.pairs.map { ($0.name, SwiftMetricsLimits.overflowValue) })
        let instrument = Kept(family.child(shared), ignored: family.ignored, series: nil)
        state.overflow = instrument
        return instrument
      }
    }
  }
#endif
