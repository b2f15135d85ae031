// A counter keeps whole and fractional amounts apart, so that integers stay exact past 2^53; each is a cell of the
// thread's own, which costs a load and a store. Both only grow, so a reading is a value that the counter had while it was
// read, and readings of one thread never go backwards.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A value that only grows, from zero at creation. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
/// Past 2^64 whole amounts begin at zero again, which Prometheus reads as a restart.
public final class Counter: Sendable {
  /// Where the fast path counts: nowhere in a counter with examples.
  private let cells: CellRange
  private let ignored: AtomicCount
  private let slots: ExemplarSlots?
  /// Made by the first ``reset()``.
  private let base = AtomicLazyReference<CounterBase>()

  /// `ignored` counts refused amounts for the whole family.
  init(ignored: AtomicCount, slots: (CellRange) -> ExemplarSlots? = { _ in nil }) {
    let own = CellSpace.shared.allocate(CounterCells.count)
    self.ignored = ignored
    self.slots = slots(own)
    cells = self.slots == nil ? own : .none
  }

  deinit { CellSpace.shared.free(own) }

  /// Where the counter's total is.
  var own: CellRange { slots?.cells ?? cells }

  /// Adds one.
  public func increment() { if !CounterCells.add(1, to: cells) { addSlowly(1) } }

  /// Adds one, unless that takes more than a store; false then.
  @inline(__always) func incrementQuickly() -> Bool { CounterCells.add(1, to: cells) }

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
    if slots != nil { return addWithExample(amount, Exemplar.current) }
    if !CounterCells.addFraction(amount, to: cells) { ignored.add(1) }
  }

  /// Adds an amount, and keeps an example of it: the latest for about a second. Without `exemplars: true` at the
  /// counter's registration it is an addition like others.
  ///
  /// Costs some 10 ns more than a plain addition without examples. `exemplar` is only run when an example is due,
  /// on the calling thread; nil is none. One that is too long is dropped and counted in
  /// `vitals_metrics_dropped_exemplars_total`; the amount counts.
  public func increment(by amount: Double = 1, exemplar: @autoclosure () -> ExemplarLabels?) {
    guard slots != nil else { return increment(by: amount) }
    guard amount >= 0, amount.isFinite else { return ignored.add(1) }
    addWithExample(amount, exemplar())
  }

  /// Adds a whole amount, exactly, and keeps an example of it, as `increment(by:exemplar:)` of a double does.
  public func increment(by amount: Int, exemplar: @autoclosure () -> ExemplarLabels?) {
    guard slots != nil, let exact = UInt64(exactly: amount) else { return increment(by: amount) }
    let isCounted = CounterCells.add(exact, to: own) || CounterCells.addAtFirst(exact, to: own)
    if isCounted { slots?.offer(0, Double(amount), exemplar) } else { ignored.add(1) }
  }

  /// The example that the counter keeps, if it keeps any.
  public var exemplar: Exemplar? { slots?.all.first ?? nil }

  /// Starts anew from zero, which Prometheus reads as a restart. For adapters of interfaces that ask for it; what other
  /// threads add meanwhile counts before or after.
  package func reset() {
    let (whole, fraction) = CounterCells.read(own)
    base.storeIfNil(CounterBase()).set(whole, fraction)
  }

  @inline(never) private func addWithExample(_ amount: Double, _ example: @autoclosure () -> ExemplarLabels?) {
    let isCounted =
      if amount < 0x1p53, let exact = UInt64(exactly: amount) {
        CounterCells.add(exact, to: own) || CounterCells.addAtFirst(exact, to: own)
      } else {
        CounterCells.addFraction(amount, to: own)
      }
    if isCounted { slots?.offer(0, amount, example) } else { ignored.add(1) }
  }

  /// A call of its own, so that the way past it needs no registers saved.
  @inline(never) private func addSlowly(_ amount: some BinaryInteger) {
    guard let amount = UInt64(exactly: amount) else { return ignored.add(1) }
    if !CounterCells.add(amount, to: own) && !CounterCells.addAtFirst(amount, to: own) { return ignored.add(1) }
    slots?.offer(0, Double(amount)) { Exemplar.current }
  }

  /// The total of this moment; an integer as long as only integers, or doubles that are whole and below
  /// 2^53, were added.
  public var value: MetricValue {
    let (whole, fraction) = parts
    return fraction == 0 ? .unsigned(whole) : .double(Double(whole) + fraction)
  }

  /// What whole and what fractional amounts add up to.
  var parts: (whole: UInt64, fraction: Double) {
    let (whole, fraction) = CounterCells.read(own)
    return sinceReset(whole, fraction)
  }

  /// What of these sums came after the last ``reset()``.
  func sinceReset(_ whole: UInt64, _ fraction: Double) -> (whole: UInt64, fraction: Double) {
    base.load()?.subtracted(from: whole, fraction) ?? (whole, fraction)
  }
}
