// What a writer left out so that the rest could be read.
// SPDX-License-Identifier: Apache-2.0

/// Samples that a writer dropped, by reason.
package struct ExpositionDrops: Sendable, Hashable {
  /// Series that the exposition already had; the first stays.
  package internal(set) var duplicates: UInt64 = 0
  /// Samples that the format forbids: of an illegal or clashing name or label, of another type than their family, negative or
  /// NaN where OpenMetrics has none, or of buckets that do not ascend.
  package internal(set) var invalid: UInt64 = 0

  /// What came after an earlier reading.
  func since(_ earlier: ExpositionDrops) -> ExpositionDrops {
    var drops = self
    drops.duplicates &-= earlier.duplicates
    drops.invalid &-= earlier.invalid
    return drops
  }
}
