// A counter keeps whole and fractional amounts apart: integers stay exact past 2^53 and cost a load and a store in the
// thread's own cell, only fractions pay for a compare-and-exchange. Both halves only grow, so one reading of each is a
// value that the counter had between the first and the second, and readings of one thread never go backwards.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A value that only grows, from zero at creation. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
/// Past 2^64 whole amounts begin at zero again, which Prometheus reads as a restart.
public final class Counter: Sendable {
  private let cells = CellSpace.shared.allocate(1)
  private let fraction = Atomic<UInt64>(0)
  /// Whole amounts that were there when ``reset()`` was called.
  private let base = Atomic<UInt64>(0)
  private let ignored: AtomicCount

  /// `ignored` counts refused amounts for the whole family.
  init(ignored: AtomicCount) { self.ignored = ignored }

  deinit { CellSpace.shared.free(cells) }

  /// Adds one.
  public func increment() { if !CellSpace.add(1, to: cells) { addSlowly(1) } }

  /// Adds a whole amount, exactly. A negative one is ignored and counted in `vitals_metrics_ignored_values_total`.
  public func increment(by amount: Int) {
    guard let amount = UInt64(exactly: amount) else { return ignored.add(1) }
    if !CellSpace.add(amount, to: cells) { addSlowly(amount) }
  }

  /// Adds a whole amount of any type, exactly. A negative one is ignored and counted in `vitals_metrics_ignored_values_total`.
  public func increment(by amount: some BinaryInteger) {
    guard let amount = UInt64(exactly: amount) else { return ignored.add(1) }
    if !CellSpace.add(amount, to: cells) { addSlowly(amount) }
  }

  /// Adds an amount. One that is negative or not finite, or takes the total past the largest double, is ignored and
  /// counted in `vitals_metrics_ignored_values_total`.
  public func increment(by amount: Double) {
    guard amount >= 0, amount.isFinite else { return ignored.add(1) }
    if amount < 0x1p53, let exact = UInt64(exactly: amount) { return increment(by: exact) }
    if !fraction.addFinite(amount) { ignored.add(1) }
  }

  /// Starts anew from zero, which Prometheus reads as a restart. For adapters of interfaces that ask for it; what other
  /// threads add meanwhile counts before or after.
  package func reset() {
    base.store(CellSpace.shared.sum(cells), ordering: .releasing)
    fraction.store(0, ordering: .releasing)
  }

  /// A call of its own, so that the way past it needs no registers saved.
  @inline(never) private func addSlowly(_ amount: UInt64) {
    if !CellSpace.shared.addSlowly(amount, to: cells) { ignored.add(1) }
  }

  /// The total of this moment; an integer as long as only integers, or doubles that are whole and below
  /// 2^53, were added.
  public var value: MetricValue {
    // The base first: the sum can then not be below it.
    let base = base.load(ordering: .acquiring)
    let whole = CellSpace.shared.sum(cells) &- base
    let fraction = Double(bitPattern: fraction.load(ordering: .acquiring))
    return fraction == 0 ? .unsigned(whole) : .double(Double(whole) + fraction)
  }
}
