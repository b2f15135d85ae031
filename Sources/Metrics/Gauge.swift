// A gauge is one atomic double: what a person reads off an instrument, up, down, or not a number. It is not kept per
// thread, because the last `set` counts, whoever did it.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A value that goes up and down, zero at creation. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
public final class Gauge: Sendable {
  private let bits = Atomic<UInt64>(0)

  init() {}

  /// Replaces the value; NaN and infinities are values like others.
  public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .releasing) }

  /// Adds to the value.
  public func add(_ amount: Double = 1) { bits.add(amount) }

  /// Takes from the value.
  public func subtract(_ amount: Double = 1) { bits.add(-amount) }

  /// The value of this moment.
  public var value: Double { Double(bitPattern: bits.load(ordering: .acquiring)) }
}
