// Sums of counts that come from elsewhere, and so may have any size.
// SPDX-License-Identifier: Apache-2.0

extension UInt64 {
  /// The sum, or the largest number when it is past it.
  func addingSaturated(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
