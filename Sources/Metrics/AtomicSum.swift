// A double that many threads set and add to, kept as its bit pattern. Adding is a compare-and-exchange loop without
// back-off: sleeping there wins benchmarks of tight loops and costs real programs milliseconds.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// An atomic double.
final class AtomicSum: Sendable {
  private let bits = Atomic<UInt64>(0)

  /// The number of this moment.
  var value: Double {
    get { Double(bitPattern: bits.load(ordering: .acquiring)) }
    set { bits.store(newValue.bitPattern, ordering: .releasing) }
  }

  /// Adds; no addition of another thread is lost.
  func add(_ amount: Double) { _ = add(amount) { _ in true } }

  /// Adds, unless that would take a finite sum to infinity; then nothing happens and the answer is false.
  func addFinite(_ amount: Double) -> Bool { add(amount, where: \.isFinite) }

  private func add(_ amount: Double, where isWanted: (Double) -> Bool) -> Bool {
    var current = bits.load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: current) + amount
      if !isWanted(sum) { return false }
      let (exchanged, original) = bits.weakCompareExchange(
        expected: current, desired: sum.bitPattern, successOrdering: .releasing, failureOrdering: .relaxed)
      if exchanged { return true }
      current = original
    }
  }
}
