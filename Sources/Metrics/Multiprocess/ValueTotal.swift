// One slot of what files add up to, and the ways in which values of several processes become one.
// SPDX-License-Identifier: Apache-2.0

/// The total of one slot.
struct ValueTotal: Sendable {
  /// The sum, or the value that was kept.
  private(set) var high = 0.0
  /// What is missing in the sum, or when the value was set.
  private var low = 0.0
  private(set) var isThere = false

  /// The sum. Of infinities and NaN there is no rounding error.
  var sum: Double { high.isFinite ? high + low : high }

  /// Adds to the sum.
  @inline(__always) mutating func add(_ value: Double) {
    let before = high
    let sum = before + value
    let part = sum - before
    high = sum
    let error = (before - (sum - part)) + (value - part)
    if error.isFinite { low += error }
    isThere = true
  }

  /// Keeps the lesser value; a number goes before NaN.
  @inline(__always) mutating func keepLeast(_ value: Double) {
    if isThere && !(value < high || high.isNaN) { return }
    high = value
    isThere = true
  }

  /// Keeps the greater value; a number goes before NaN.
  @inline(__always) mutating func keepGreatest(_ value: Double) {
    if isThere && !(value > high || high.isNaN) { return }
    high = value
    isThere = true
  }

  /// Keeps the value of the latest time, which must be past zero.
  @inline(__always) mutating func keepLatest(_ value: Double, at time: Double) {
    guard time > (isThere ? low : 0) else { return }
    high = value
    low = time
    isThere = true
  }
}
