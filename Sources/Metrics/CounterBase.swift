// Where a counter stood when it was reset. Few counters ever are, so that only those have one, and an exposition looks for
// them only when there is any in the process.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What is to be taken off a counter's sums. Thread-safe.
final class CounterBase: Sendable {
  /// True once any counter was reset.
  static var isAny: Bool { any.load(ordering: .acquiring) }

  private static let any = Atomic<Bool>(false)
  private let whole = Atomic<UInt64>(0)
  private let fraction = Atomic<UInt64>(0)

  /// Takes over what the counter's sums are now.
  func set(_ whole: UInt64, _ fraction: Double) {
    self.whole.store(whole, ordering: .releasing)
    self.fraction.store(fraction.bitPattern, ordering: .releasing)
    Self.any.store(true, ordering: .releasing)
  }

  /// The sums since then; zero for sums that were read before.
  func subtracted(from whole: UInt64, _ fraction: Double) -> (whole: UInt64, fraction: Double) {
    let base = self.whole.load(ordering: .acquiring)
    let baseFraction = Double(bitPattern: self.fraction.load(ordering: .acquiring))
    return (whole >= base ? whole - base : 0, max(0, fraction - baseFraction))
  }
}
