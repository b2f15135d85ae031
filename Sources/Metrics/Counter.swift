// A counter keeps whole and fractional amounts apart, so that integers stay exact past 2^53; each is a cell of the
// thread's own, which costs a load and a store. Both only grow, so a reading is a value that the counter had while it was
// read, and readings of one thread never go backwards.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A value that only grows, from zero at creation. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
/// Past 2^64 whole amounts begin at zero again, which Prometheus reads as a restart.
public final class Counter: Sendable {
  let cells = CellSpace.shared.allocate(CounterCells.count)
  private let ignored: AtomicCount
  /// Made by the first ``reset()``.
  private let base = AtomicLazyReference<CounterBase>()

  /// `ignored` counts refused amounts for the whole family.
  init(ignored: AtomicCount) { self.ignored = ignored }

  deinit { CellSpace.shared.free(cells) }

  /// Adds one.
  public func increment() { if !CounterCells.add(1, to: cells) { addSlowly(1) } }

  /// Adds a whole amount. A negative one is ignored and counted in `vitals_metrics_ignored_values_total`.
  public func increment(by amount: Int) {
    if amount < 0 || !CounterCells.add(UInt64(truncatingIfNeeded: amount), to: cells) { addSlowly(amount) }
  }

  /// Adds a whole amount, exactly. A negative one is ignored and counted in `vitals_metrics_ignored_values_total`.
  public func increment(by amount: some BinaryInteger) { addSlowly(amount) }

  /// Adds an amount. One that is negative or not finite, or takes the total past the largest double, is ignored and
  /// counted in `vitals_metrics_ignored_values_total`.
  public func increment(by amount: Double) {
    guard amount >= 0, amount.isFinite else { return ignored.add(1) }
    if amount < 0x1p53, let exact = UInt64(exactly: amount) { return addSlowly(exact) }
    if !CounterCells.addFraction(amount, to: cells) { ignored.add(1) }
  }

  /// Starts anew from zero, which Prometheus reads as a restart. For adapters of interfaces that ask for it; what other
  /// threads add meanwhile counts before or after.
  package func reset() {
    let (whole, fraction) = CounterCells.read(cells)
    base.storeIfNil(CounterBase()).set(whole, fraction)
  }

  /// A call of its own, so that the way past it needs no registers saved.
  @inline(never) private func addSlowly(_ amount: some BinaryInteger) {
    guard let amount = UInt64(exactly: amount) else { return ignored.add(1) }
    if !CounterCells.add(amount, to: cells) && !CounterCells.addAtFirst(amount, to: cells) { ignored.add(1) }
  }

  /// The total of this moment; an integer as long as only integers, or doubles that are whole and below
  /// 2^53, were added.
  public var value: MetricValue {
    let (whole, fraction) = parts
    return fraction == 0 ? .unsigned(whole) : .double(Double(whole) + fraction)
  }

  /// What whole and what fractional amounts add up to.
  var parts: (whole: UInt64, fraction: Double) {
    let (whole, fraction) = CounterCells.read(cells)
    return sinceReset(whole, fraction)
  }

  /// What of these sums came after the last ``reset()``.
  func sinceReset(_ whole: UInt64, _ fraction: Double) -> (whole: UInt64, fraction: Double) {
    base.load()?.subtracted(from: whole, fraction) ?? (whole, fraction)
  }
}
