// A running measurement of time. It cannot be copied and stopping consumes it, so that one start gives at most one
// observation, and the compiler sees to it.
// SPDX-License-Identifier: Apache-2.0

/// A started timer of a ``Histogram``; one that is dropped without `stop()` observes nothing.
public struct HistogramTimer: ~Copyable, Sendable {
  private let histogram: Histogram
  private let started: ContinuousClock.Instant

  init(_ histogram: Histogram, started: ContinuousClock.Instant) {
    self.histogram = histogram
    self.started = started
  }

  /// Observes the seconds since the start, and gives them back. The clock is monotonic.
  @discardableResult
  public consuming func stop() -> Double { stop(at: .now) }

  /// `stop()` at a moment that a test chooses.
  @discardableResult
  package consuming func stop(at now: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = started.duration(to: now).components
    let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
    histogram.observe(elapsed)
    return elapsed
  }
}
