// The buckets that a summary counts in: every doubling in 64 equal parts, so that the bits of a double are its bucket's
// number, after one shift and one subtraction. A bucket's value is the one that is relatively as far from its lower end
// as from its upper: no further than 1/129. A logarithmic layout of the same error would need two thirds of the buckets,
// and a logarithm an observation.
// SPDX-License-Identifier: Apache-2.0

/// The layout of a summary's buckets. Source: IEEE 754, binary64: 52 bits of fraction, exponents from -1023.
package enum SummaryBuckets {
  private static let partBits = 6
  private static let droppedBits: UInt64 = 52 - 6
  private static let firstExponent = -30
  private static let firstKey = (1_023 + firstExponent) << partBits

  /// The number of buckets.
  package static let count = MetricsLimits.summaryOctaves << partBits
  /// The smallest value of the first bucket, 2^-30; what is below counts as zero.
  package static let smallest = 0x1p-30

  /// The place of a value's bucket, nil for one below all buckets; those above the last, from 2^50, count in it. The
  /// value is neither negative nor NaN.
  @inline(__always) package static func place(of value: Double) -> Int? {
    if value < smallest { return nil }
    return min(Int(truncatingIfNeeded: value.bitPattern &>> droppedBits) &- firstKey, count &- 1)
  }

  /// The value that stands for all of a bucket.
  package static func value(at place: Int) -> Double {
    let (low, high) = (bound(place), bound(place + 1))
    return 2 * low / (low + high) * high
  }

  private static func bound(_ place: Int) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: place + firstKey) << droppedBits)
  }
}
