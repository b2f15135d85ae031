// The short way from a label and its dimensions to an instrument, for code that makes a `Counter` at every request. It
// holds only what the table of metrics holds too, so that its size has the same bounds.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics

  /// Instruments by key. Thread-safe; a look-up takes the lock of one of several shards.
  final class InstrumentCache<Kept: Instrument>: Sendable {
    private let shards: [Locked<[InstrumentKey: Kept]>]

    init() { shards = (0..<SwiftMetricsLimits.cacheShards).map { _ in Locked([:]) } }

    /// The instrument, unless it was not kept.
    func find(_ key: InstrumentKey) -> Kept? { shard(key).withLock { $0[key] } }

    /// Keeps an instrument, unless it is destroyed, also at this very moment by another thread.
    func keep(_ instrument: Kept, _ key: InstrumentKey) {
      shard(key).withLock { $0[key] = instrument }
      if instrument.series?.isDestroyed == true { forget(instrument, key) }
    }

    /// Takes an instrument out; a newer one under the same key stays.
    func forget(_ instrument: Kept, _ key: InstrumentKey) {
      shard(key).withLock { if $0[key] === instrument { $0[key] = nil } }
    }

    private func shard(_ key: InstrumentKey) -> Locked<[InstrumentKey: Kept]> {
      shards[key.hash & (SwiftMetricsLimits.cacheShards - 1)]
    }
  }
#endif
