// Adding to a double that many threads set and add to, kept as its bit pattern. It is a compare-and-exchange loop
// without back-off: sleeping there wins benchmarks of tight loops and costs real programs milliseconds.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

extension Atomic where Value == UInt64 {
  /// Adds to the double whose bits these are; no addition of another thread is lost.
  func add(_ amount: Double) {
    var current = load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: current) + amount
      let (exchanged, original) = weakCompareExchange(
        expected: current, desired: sum.bitPattern, successOrdering: .releasing, failureOrdering: .relaxed)
      if exchanged { return }
      current = original
    }
  }
}
