// A gauge is one atomic double: what a person reads off an instrument, up, down, or not a number.
// SPDX-License-Identifier: Apache-2.0

/// A value that goes up and down, zero at creation. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
public final class Gauge: Sendable {
  private let number = AtomicSum()

  init() {}

  /// Replaces the value; NaN and infinities are values like others.
  public func set(_ value: Double) { number.value = value }

  /// Adds to the value.
  public func add(_ amount: Double = 1) { number.add(amount) }

  /// Takes from the value.
  public func subtract(_ amount: Double = 1) { number.add(-amount) }

  /// The value of this moment.
  public var value: Double { number.value }
}
