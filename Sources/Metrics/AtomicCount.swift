// A shared exact count with an address of its own: an array of Atomic values does not compile, an array of these does.
// The trade-off is one allocation and one pointer step a cell for storage that needs no unsafe code.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A count that many threads add to.
package final class AtomicCount: Sendable {
  private let bits = Atomic<UInt64>(0)

  /// The count. Two reads by one thread never go backwards.
  package var value: UInt64 { bits.load(ordering: .acquiring) }

  init() {}

  /// Adds, wrapping past `UInt64.max`.
  package func add(_ amount: UInt64) { bits.wrappingAdd(amount, ordering: .releasing) }
}
