// A summary: quantiles over a sliding window, with an error that is known beforehand. It counts like a histogram, each
// thread in cells of its own, in fine exponential buckets that only grow; the window is the difference between now and a
// reading of before. So an observation needs no locked instruction and no lock, but for the one of each fifth of the
// window that takes that reading, some tens of microseconds. What it costs against a histogram is a look at the clock,
// and memory; and unlike histograms, quantiles of several processes cannot be added up.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Quantiles of recent observations, and the count and sum of all. Thread-safe. Get one from ``Registry``, and keep it.
///
/// A quantile is off by less than 1 % of its value, for values from 2^-30 (about a nanosecond, in seconds) to 2^50 (about
/// a quadrillion). Below, values count as zero; above, as the largest. The window moves on by fifths: it holds at least
/// the last four fifths of its length, and nothing older than its length.
public final class Summary: Sendable {
  private let quantiles: [Double]
  private let clock: MetricsClock
  private let ignored: AtomicCount
  /// Sum and count, of values in and below the buckets.
  private let totals: CellRange
  private let buckets: SummaryCells
  private let window: Locked<SummaryWindow>
  /// When the window's part under way ends, by the steady clock.
  private let end: Atomic<UInt64>

  /// `quantiles` ascend; `ignored` counts refused observations for the whole family.
  init(quantiles: [Double], window: Duration, clock: MetricsClock, ignored: AtomicCount) {
    self.quantiles = quantiles
    self.clock = clock
    self.ignored = ignored
    totals = CellSpace.shared.allocate(HistogramCells.count(buckets: 2))
    buckets = SummaryCells(count: SummaryBuckets.count)
    let window = SummaryWindow(window, now: clock.steadyNanoseconds)
    end = Atomic(window.end)
    self.window = Locked(window)
  }

  deinit {
    CellSpace.shared.free(totals)
    buckets.free()
  }

  /// Counts a value, in the metric's base unit.
  ///
  /// Costs some 10 ns, half of them for the clock. A value that is negative or not finite, or takes the sum past the
  /// largest double, is ignored and counted in `vitals_metrics_ignored_values_total`: count and sum never go down.
  public func observe(_ value: Double) {
    guard value >= 0 else { return ignored.add(1) }
    let now = clock.steadyNanoseconds
    if now >= end.load(ordering: .relaxed) { moveOn(now) }
    let place = SummaryBuckets.place(of: value)
    let total = place == nil ? 1 : 0
    guard
      HistogramCells.observe(value, bucket: total, in: totals)
        || HistogramCells.observeSlowly(value, bucket: total, in: totals)
    else { return ignored.add(1) }
    if let place { _ = buckets.count(at: place) }
  }

  /// The quantiles, the count and the sum of this moment; quantiles are NaN when the window is empty.
  public var snapshot: SummarySnapshot { snapshot(created: nil) }

  func snapshot(created: Double?) -> SummarySnapshot {
    let now = clock.steadyNanoseconds
    let (before, present) = window.withLock { window in
      advance(&window, to: now)
      return (window.before, reading)
    }
    let values = present.quantiles(quantiles, since: before)
    let (counts, sum) = readTotals()
    return SummarySnapshot(
      quantiles: zip(quantiles, values).map { SummarySnapshot.Quantile($0, $1) }, count: counts[0] &+ counts[1],
      sum: sum, created: created)
  }

  /// Takes the reading that a new part of the window begins with. Of many threads one does; the others go on counting.
  @inline(never) private func moveOn(_ now: UInt64) {
    let known = end.load(ordering: .relaxed)
    if now < known || !end.compareExchange(expected: known, desired: .max, ordering: .relaxed).exchanged { return }
    window.withLock { advance(&$0, to: now) }
  }

  private func advance(_ window: inout SummaryWindow, to now: UInt64) {
    window.advance(to: now) { reading }
    end.store(window.end, ordering: .relaxed)
  }

  private var reading: SummaryCounts { SummaryCounts(zeros: readTotals().counts[1], buckets) }

  private func readTotals() -> (counts: [UInt64], sum: Double) {
    var counts: [UInt64] = [0, 0]
    var sum = 0.0
    _ = HistogramCells.read(totals, into: &counts, &sum)
    return (counts, sum)
  }
}
