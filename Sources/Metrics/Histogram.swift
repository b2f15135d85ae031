// A histogram: each thread keeps one count a bucket and a sum. There is no total of its own; readers derive it from the
// buckets, so that `+Inf` and the count are equal by construction. One with native buckets keeps everything in
// NativeCells, the classic counts too, so that both are of the same moment and start at zero together.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts observations by size. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
public final class Histogram: Sendable {
  private let bounds: BucketBounds
  /// What counts in place of ``cells``, when there are native buckets.
  private let native: NativeHandle?
  private let cells: CellRange
  private let hasNegative = Atomic<Bool>(false)
  private let ignored: AtomicCount

  /// `ignored` counts refused observations for the whole family.
  init(
    bounds: BucketBounds, native: NativeBuckets? = nil, ignored: AtomicCount, clock: MetricsClock = .system
  ) {
    self.bounds = bounds
    let native = native.map { NativeCells($0, bounds: bounds.upperBounds.count, clock: clock) }
    let count = HistogramCells.count(buckets: bounds.upperBounds.count + 1)
    cells = native?.range ?? CellSpace.shared.allocate(count)
    self.native = native.map { NativeHandle($0) }
    self.ignored = ignored
  }

  deinit { if let native { native.release() } else { CellSpace.shared.free(cells) } }

  /// Counts a value, in the metric's base unit, in the first bucket whose bound is not below it.
  ///
  /// A value that is not finite, or takes the sum past the largest double, would spoil the sum for good: it is ignored
  /// and counted in `vitals_metrics_ignored_values_total`. After the first value below zero, as with bounds below zero,
  /// OpenMetrics has this series without sum and count, because its sums may not go down.
  public func observe(_ value: Double) {
    let bucket = bounds.bucket(of: value)
    if let native {
      if value < 0 && hasSum || !native.observe(value, bound: bucket) { observeSlowly(native.cells, value, bucket) }
    } else if value < 0 || !HistogramCells.observe(value, bucket: bucket, in: cells) {
      observeSlowly(value, bucket)
    }
  }

  /// A value below zero, one that is refused, or a thread's first.
  @inline(never) private func observeSlowly(_ value: Double, _ bucket: Int) {
    if value < 0 { hasNegative.store(true, ordering: .relaxed) }
    if !HistogramCells.observeSlowly(value, bucket: bucket, in: cells) { ignored.add(1) }
  }

  /// The first value below zero, one that is refused, or a thread's first in a native bucket.
  @inline(never) private func observeSlowly(_ native: NativeCells, _ value: Double, _ bucket: Int) {
    if value < 0 { hasNegative.store(true, ordering: .relaxed) }
    if !native.observe(value, bound: bucket) && !native.observeSlowly(value, bound: bucket) { ignored.add(1) }
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
  public var snapshot: HistogramSnapshot { snapshot(isCollection: false) }

  /// For a collection, which native buckets may take as their moment to start at zero, once all is read.
  func snapshot(isCollection: Bool) -> HistogramSnapshot {
    if let tally = native?.cells.read(isCollection: isCollection) {
      return HistogramSnapshot(
        upperBounds: bounds.upperBounds, counts: tally.classicCounts, sum: tally.sum, hasNegative: !hasSum,
        native: tally.snapshot, created: tally.created)
    }
    var counts = [UInt64](repeating: 0, count: bounds.upperBounds.count + 1)
    let sum = readClassic(into: &counts)
    return HistogramSnapshot(upperBounds: bounds.upperBounds, counts: counts, sum: sum, hasNegative: !hasSum)
  }

  /// Replaces `counts`, which has a place for every classic bucket, and gives the sum; for a collection.
  func read(into counts: inout [UInt64]) -> Double {
    guard let tally = native?.cells.read(isCollection: true) else { return readClassic(into: &counts) }
    counts = tally.classicCounts
    return tally.sum
  }

  private func readClassic(into counts: inout [UInt64]) -> Double {
    for place in counts.indices { counts[place] = 0 }
    var sum = 0.0
    _ = HistogramCells.read(cells, into: &counts, &sum)
    return sum
  }

  /// False once a value below zero was observed.
  var hasSum: Bool { !hasNegative.load(ordering: .relaxed) }
}
