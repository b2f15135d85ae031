// A classic histogram: one count a bucket and a sum, each atomic. There is no total of its own; readers derive it from
// the buckets, so that `+Inf` and the count are equal by construction. Observations that are under way during a reading
// may stand in their buckets and not in the sum, or the other way round; the next reading has them in both.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts observations by size. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
public final class Histogram: Sendable {
  private let upperBounds: [Double]
  private let counts: [AtomicCount]
  private let sum = AtomicSum()
  private let hasNegative = Atomic<Bool>(false)
  private let ignored: AtomicCount

  /// `ignored` counts refused observations for the whole family.
  init(buckets: Buckets, ignored: AtomicCount) {
    upperBounds = buckets.upperBounds
    counts = (0...buckets.upperBounds.count).map { _ in AtomicCount() }
    self.ignored = ignored
  }

  /// Counts a value, in the metric's base unit, in the first bucket whose bound is not below it.
  ///
  /// A value that is not finite, or takes the sum past the largest double, would spoil the sum for good: it is ignored
  /// and counted in `vitals_metrics_ignored_values_total`. After the first value below zero, as with bounds below zero,
  /// OpenMetrics has this series without sum and count, because its sums may not go down.
  public func observe(_ value: Double) {
    guard value.isFinite else { return ignored.add(1) }
    var low = 0
    var high = upperBounds.count
    while low < high {
      let middle = (low &+ high) / 2
      if upperBounds[middle] < value { low = middle &+ 1 } else { high = middle }
    }
    if !sum.addFinite(value) { return ignored.add(1) }
    counts[low].add(1)
    if value < 0 { hasNegative.store(true, ordering: .relaxed) }
  }

  /// Runs `body` and observes the seconds that it took, also when it throws.
  public func time<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let timer = startTimer()
    do throws(Failure) {
      let result = try body()
      timer.stop()
      return result
    } catch {
      timer.stop()
      throw error
    }
  }

  /// Starts a timer whose `stop()` observes the seconds since now; for work that is not one closure.
  public func startTimer() -> HistogramTimer { HistogramTimer(self, started: .now) }

  /// The buckets and the sum of this moment.
  public var snapshot: HistogramSnapshot {
    let negative = hasNegative.load(ordering: .relaxed)
    return HistogramSnapshot(
      upperBounds: upperBounds, counts: counts.map(\.value), sum: sum.value, hasNegative: negative)
  }
}
