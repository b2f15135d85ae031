// Meters, gauges and recorders that do not aggregate.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import CoreMetrics
  import VitalsMetrics

  /// A gauge's handler.
  final class GaugeInstrument: Instrument, MeterHandler, RecorderHandler {
    let series: SeriesIdentity?
    private let child: VitalsMetrics.Gauge?
    private let ignored: AtomicCount?

    init(_ child: VitalsMetrics.Gauge?, ignored: AtomicCount?, series: SeriesIdentity?) {
      self.child = child
      self.ignored = ignored
      self.series = series
    }

    func set(_ value: Int64) { child?.set(Double(value)) }

    func set(_ value: Double) { child?.set(value) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    /// As in swift-metrics' own meter a step is a finite number from zero up; anything else is counted as ignored.
    func increment(by amount: Double) {
      if isStep(amount) { child?.add(amount) }
    }

    func decrement(by amount: Double) {
      if isStep(amount) { child?.subtract(amount) }
    }

    private func isStep(_ amount: Double) -> Bool {
      if amount >= 0 && amount.isFinite { return true }
      ignored?.add(1)
      return false
    }
  }
#endif
