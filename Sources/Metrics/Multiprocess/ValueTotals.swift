// What files add up to, a slot each. Sums carry their rounding error along, so that they do not depend on the order of
// the files: else a counter could go back by a last digit when a worker dies and its file is added earlier than before,
// and Prometheus would take that for a restart.
// SPDX-License-Identifier: Apache-2.0

/// The totals of all slots.
struct ValueTotals: Sendable {
  private var high: [Double] = []
  private var low: [Double] = []
  private var isThere: [Bool] = []

  /// Makes room for so many slots, those that are new being absent.
  mutating func grow(to count: Int) {
    let more = count - high.count
    if more <= 0 { return }
    high.append(contentsOf: repeatElement(0, count: more))
    low.append(contentsOf: repeatElement(0, count: more))
    isThere.append(contentsOf: repeatElement(false, count: more))
  }

  /// The total of a slot; nil when nothing was added to it.
  func value(_ slot: Int32?) -> Double? {
    guard let slot, isThere[Int(slot)] else { return nil }
    // Of infinities and NaN there is no rounding error.
    return high[Int(slot)].isFinite ? high[Int(slot)] + low[Int(slot)] : high[Int(slot)]
  }

  /// Adds to a slot.
  @inline(__always) mutating func add(_ value: Double, to slot: Int32) {
    let place = Int(slot)
    let before = high[place]
    let sum = before + value
    let part = sum - before
    high[place] = sum
    let error = (before - (sum - part)) + (value - part)
    if error.isFinite { low[place] += error }
    isThere[place] = true
  }

  /// Keeps the lesser value; a number goes before NaN.
  mutating func least(_ value: Double, to slot: Int32) {
    keep(value, in: slot) { value < $0 || $0.isNaN }
  }

  /// Keeps the greater value; a number goes before NaN.
  mutating func greatest(_ value: Double, to slot: Int32) {
    keep(value, in: slot) { value > $0 || $0.isNaN }
  }

  /// Keeps the value of the latest time, which must be past zero; the low half holds the time.
  mutating func latest(_ value: Double, at time: Double, to slot: Int32) {
    guard time > times(slot) else { return }
    high[Int(slot)] = value
    low[Int(slot)] = time
    isThere[Int(slot)] = true
  }

  /// The value of a slot that ``latest(_:at:to:)`` filled.
  func latestValue(_ slot: Int32?) -> Double? {
    guard let slot, isThere[Int(slot)] else { return nil }
    return high[Int(slot)]
  }

  private func times(_ slot: Int32) -> Double { isThere[Int(slot)] ? low[Int(slot)] : 0 }

  private mutating func keep(_ value: Double, in slot: Int32, where isBetter: (Double) -> Bool) {
    if isThere[Int(slot)] && !isBetter(high[Int(slot)]) { return }
    high[Int(slot)] = value
    isThere[Int(slot)] = true
  }
}
