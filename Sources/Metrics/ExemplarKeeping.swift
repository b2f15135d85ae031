// What a family with examples gives each of its children.
// SPDX-License-Identifier: Apache-2.0

/// Makes the slots of a family's children.
struct ExemplarKeeping: Sendable {
  let clock: MetricsClock
  /// Examples that were refused.
  let dropped = AtomicCount()

  /// Slots for an instrument that counts in `cells`.
  func slots(_ count: Int, _ cells: CellRange) -> ExemplarSlots {
    ExemplarSlots(count: count, cells: cells, clock: clock, dropped: dropped)
  }
}
