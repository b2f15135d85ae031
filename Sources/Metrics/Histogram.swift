// A histogram: each thread keeps one count a bucket and a sum. There is no total of its own; readers derive it from the
// buckets, so that `+Inf` and the count are equal by construction. One with native buckets keeps everything in
// NativeCells, the classic counts too, so that both are of the same moment and start at zero together.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts observations by size. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
public final class Histogram: Sendable {
  private let bounds: BucketBounds
  /// Where the fast path counts: nowhere in a histogram with examples.
  private let cells: CellRange
  /// The same, of native buckets: nil in a histogram with examples.
  private let native: NativeHandle?
  private let ownNative: NativeHandle?
  private let slots: ExemplarSlots?
  private let hasNegative = Atomic<Bool>(false)
  private let ignored: AtomicCount

  /// `ignored` counts refused observations for the whole family.
  init(
    bounds: BucketBounds, native: NativeBuckets? = nil, ignored: AtomicCount, clock: MetricsClock = .system,
    slots: (CellRange) -> ExemplarSlots? = { _ in nil }
  ) {
    self.bounds = bounds
    let native = native.map { NativeCells($0, bounds: bounds.upperBounds.count, clock: clock) }
    let count = HistogramCells.count(buckets: bounds.upperBounds.count + 1)
    let own = native?.range ?? CellSpace.shared.allocate(count)
    ownNative = native.map { NativeHandle($0) }
    self.slots = slots(own)
    cells = self.slots == nil ? own : .none
    self.native = self.slots == nil ? ownNative : nil
    self.ignored = ignored
  }

  deinit { if let ownNative { ownNative.release() } else { CellSpace.shared.free(own) } }

  /// Where the histogram's counts are.
  private var own: CellRange { slots?.cells ?? cells }

  /// Counts a value, in the metric's base unit, in the first bucket whose bound is not below it.
  ///
  /// A value that is not finite, or takes the sum past the largest double, would spoil the sum for good: it is ignored
  /// and counted in `vitals_metrics_ignored_values_total`. After the first value below zero, as with bounds below zero,
  /// OpenMetrics has this series without sum and count, because its sums may not go down.
  public func observe(_ value: Double) {
    let bucket = bounds.bucket(of: value)
    if !observeQuickly(value, bucket) { observeSlowly(value, bucket) { Exemplar.current } }
  }

  /// Counts a value, unless that takes more than a few stores; false then.
  @inline(__always) func observeQuickly(_ value: Double) -> Bool { observeQuickly(value, bounds.bucket(of: value)) }

  @inline(__always) private func observeQuickly(_ value: Double, _ bucket: Int) -> Bool {
    if let native { return (value >= 0 || !hasSum) && native.observe(value, bound: bucket) }
    return value >= 0 && HistogramCells.observe(value, bucket: bucket, in: cells)
  }

  /// Counts a value, and keeps an example of it: the latest of its bucket for about a second. Without `exemplars: true`
  /// at the histogram's registration it is an observation like others.
  ///
  /// Costs some 10 ns more than an observation without examples. `exemplar` is only run when an example is due,
  /// on the calling thread; nil is none. One that is too long is dropped and counted in
  /// `vitals_metrics_dropped_exemplars_total`; the value counts.
  public func observe(_ value: Double, exemplar: @autoclosure () -> ExemplarLabels?) {
    if slots == nil { return observe(value) }
    observeSlowly(value, bounds.bucket(of: value), exemplar)
  }

  /// A value below zero, one that is refused, a thread's first, or one that may become an example.
  @inline(never)
  private func observeSlowly(_ value: Double, _ bucket: Int, _ example: () -> ExemplarLabels?) {
    if value < 0 { hasNegative.store(true, ordering: .relaxed) }
    if count(value, bucket) { slots?.offer(bucket, value, example) } else { ignored.add(1) }
  }

  private func count(_ value: Double, _ bucket: Int) -> Bool {
    if let ownNative {
      return ownNative.observe(value, bound: bucket) || ownNative.cells.observeSlowly(value, bound: bucket)
    }
    return HistogramCells.observe(value, bucket: bucket, in: own)
      || HistogramCells.observeSlowly(value, bucket: bucket, in: own)
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

  /// Runs `body` where the caller runs and observes the seconds that it took, waiting included, also when it throws.
  nonisolated(nonsending) public func time<Result, Failure: Error>(
    _ body: nonisolated(nonsending) () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let timer = startTimer()
    do throws(Failure) {
      let result = try await body()
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
  public var snapshot: HistogramSnapshot { snapshot(created: nil, isScrape: false) }

  /// Native buckets may take a scrape as their moment to start at zero; they know themselves when they last did.
  func snapshot(created: Double?, isScrape: @autoclosure () -> Bool) -> HistogramSnapshot {
    // Examples first, so that what they are of has been counted.
    let exemplars = slots?.all ?? []
    if let tally = ownNative?.cells.read(isScrape: isScrape()) {
      return HistogramSnapshot(
        upperBounds: bounds.upperBounds, counts: tally.classicCounts, sum: tally.sum, hasNegative: !hasSum,
        native: tally.snapshot, exemplars: exemplars, created: tally.created)
    }
    var counts = [UInt64](repeating: 0, count: bounds.upperBounds.count + 1)
    let sum = read(into: &counts)
    return HistogramSnapshot(
      upperBounds: bounds.upperBounds, counts: counts, sum: sum, hasNegative: !hasSum, exemplars: exemplars,
      created: created)
  }

  /// Replaces `counts`, which has a place for every classic bucket, and gives the sum; for a scrape.
  func read(into counts: inout [UInt64]) -> Double {
    if let tally = ownNative?.cells.read(isScrape: true) {
      counts = tally.classicCounts
      return tally.sum
    }
    for place in counts.indices { counts[place] = 0 }
    var sum = 0.0
    _ = HistogramCells.read(own, into: &counts, &sum)
    return sum
  }

  /// False once a value below zero was observed.
  var hasSum: Bool { !hasNegative.load(ordering: .relaxed) }
}
