// What files add up to, a slot each. Sums carry their rounding error along, so that they do not depend on the order of
// the files: else a counter could go back by a last digit when a worker dies and its file is added earlier than before,
// and Prometheus would take that for a restart.
// SPDX-License-Identifier: Apache-2.0

/// The totals of all slots.
struct ValueTotals: Sendable {
  private var totals: [ValueTotal] = []

  /// Makes room for so many slots, those that are new being absent.
  mutating func grow(to count: Int) {
    if count > totals.count { totals.append(contentsOf: repeatElement(ValueTotal(), count: count - totals.count)) }
  }

  /// The total of a slot; nil when nothing was added to it.
  func value(_ slot: Int32?) -> Double? {
    guard let slot, totals[Int(slot)].isThere else { return nil }
    return totals[Int(slot)].sum
  }

  /// The value of a slot that keeps one; nil when there is none.
  func latestValue(_ slot: Int32?) -> Double? {
    guard let slot, totals[Int(slot)].isThere else { return nil }
    return totals[Int(slot)].high
  }

  /// Adds what one file has: values, what each is, and when it was set.
  mutating func add(
    _ mode: GaugeMode?, _ values: [Double], _ meanings: [ValueKeyTable.Meaning], _ times: [Double]
  ) {
    switch mode {
    case nil, .sum, .livesum: each(values, meanings) { total, value, _ in total.add(value) }
    case .min, .livemin: each(values, meanings) { total, value, _ in total.keepLeast(value) }
    case .max, .livemax: each(values, meanings) { total, value, _ in total.keepGreatest(value) }
    case .mostrecent, .livemostrecent: each(values, meanings) { $0.keepLatest($1, at: times[$2]) }
    case .all, .liveall: break
    }
  }

  @inline(__always) private mutating func each(
    _ values: [Double], _ meanings: [ValueKeyTable.Meaning], _ body: (inout ValueTotal, Double, Int) -> Void
  ) {
    for (index, value) in values.enumerated() where !value.isAbsent {
      guard case .slot(let slot, _) = meanings[index] else { continue }
      body(&totals[Int(slot)], value, index)
    }
  }
}
