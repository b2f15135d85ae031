// Counters of swift-metrics, whole and fractional: both are one kind here, and of one label one series.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import CoreMetrics
  import VitalsMetrics

  /// A counter's handler.
  final class CounterInstrument: Instrument, CounterHandler, FloatingPointCounterHandler {
    let series: SeriesIdentity?
    private let child: VitalsMetrics.Counter?

    init(_ child: VitalsMetrics.Counter?, ignored: AtomicCount?, series: SeriesIdentity?) {
      self.child = child
      self.series = series
    }

    func increment(by amount: Int64) { child?.increment(by: Int(clamping: amount)) }

    func increment(by amount: Double) { child?.increment(by: amount) }

    func reset() { child?.reset() }
  }
#endif
