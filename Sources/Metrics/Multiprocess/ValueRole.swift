// Which part of its series an entry is.
// SPDX-License-Identifier: Apache-2.0

/// The part of a series that an entry adds to.
enum ValueRole: UInt8, Sendable, Hashable {
  /// A counter's total: finite, not negative.
  case total
  /// A count of observations, one bucket's or a summary's: whole, not negative.
  case count
  /// A sum of observations: any number.
  case sum
  /// A gauge: any number.
  case gauge

  /// Past this a double no longer counts by ones.
  private static let exact = 0x1p53

  /// True for a value that this part can have.
  @inline(__always) func accepts(_ value: Double) -> Bool {
    switch self {
    case .total: value >= 0 && value.isFinite
    case .count: value >= 0 && value <= Self.exact && Int64(exactly: value) != nil
    case .sum, .gauge: true
    }
  }
}
