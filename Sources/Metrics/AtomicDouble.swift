// Adding to a double that many threads set and add to, kept as its bit pattern. It is a compare-and-exchange loop
// without back-off: sleeping there wins benchmarks of tight loops and costs real programs milliseconds.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

extension Atomic where Value == UInt64 {
  /// Adds to the double whose bits these are; no addition of another thread is lost.
  func add(_ amount: Double) { _ = add(amount) { _ in true } }

  /// Adds, unless that would take a finite sum to infinity; then nothing happens and the answer is false.
  func addFinite(_ amount: Double) -> Bool { add(amount, where: \.isFinite) }

  private func add(_ amount: Double, where isWanted: (Double) -> Bool) -> Bool {
    var current = load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: current) + amount
      if !isWanted(sum) { return false }
      let (exchanged, original) = weakCompareExchange(
        expected: current, desired: sum.bitPattern, successOrdering: .releasing, failureOrdering: .relaxed)
      if exchanged { return true }
      current = original
    }
  }
}
