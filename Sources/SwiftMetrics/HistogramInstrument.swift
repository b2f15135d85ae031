// Recorders that aggregate, and timers: histograms both, a timer's in seconds.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import CoreMetrics
  import VitalsMetrics

  /// A histogram's handler.
  final class HistogramInstrument: Instrument, RecorderHandler, TimerHandler {
    private static let nanosecondsPerSecond = 1e9

    let series: SeriesIdentity?
    private let child: VitalsMetrics.Histogram?
    private let ignored: AtomicCount?

    init(_ child: VitalsMetrics.Histogram?, ignored: AtomicCount?, series: SeriesIdentity?) {
      self.child = child
      self.ignored = ignored
      self.series = series
    }

    func record(_ value: Int64) { child?.observe(Double(value)) }

    func record(_ value: Double) { child?.observe(value) }

    /// A division, because it gives 0.005 for five milliseconds where a multiplication may miss the bucket's bound. A
    /// negative duration is counted as ignored.
    func recordNanoseconds(_ duration: Int64) {
      if duration < 0 { return ignored?.add(1) ?? () }
      child?.observe(Double(duration) / Self.nanosecondsPerSecond)
    }
  }
#endif
