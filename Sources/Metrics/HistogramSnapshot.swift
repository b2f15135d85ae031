// A classic histogram at one moment, as a sink receives it: counts per bucket, not cumulative, so that a reader can
// add, subtract and merge; the text writers accumulate.
// SPDX-License-Identifier: Apache-2.0

/// The buckets and the sum of one classic histogram at one moment.
public struct HistogramSnapshot: Sendable, Hashable {
  /// The finite upper bounds, inclusive and ascending; `+Inf` is implied.
  public let upperBounds: [Double]
  /// Observations per bucket; one more than `upperBounds`, the last being those above every bound.
  public let counts: [UInt64]
  /// The sum of all observations.
  public let sum: Double

  /// True once a value below zero was observed: the sum may go down, so OpenMetrics leaves it out from then on.
  public let hasNegative: Bool

  /// True for counts that no histogram can have, since their total is past `UInt64.max`.
  var overflows: Bool {
    var total: UInt64 = 0
    for count in counts {
      let (sum, overflow) = total.addingReportingOverflow(count)
      if overflow { return true }
      total = sum
    }
    return false
  }

  /// All observations: always equal to the `+Inf` bucket.
  public var count: UInt64 { counts.reduce(0, &+) }

  /// The exponential buckets, when the histogram has them; the classic ones may then be `+Inf` alone.
  public let native: NativeHistogramSnapshot?
  /// The latest example of each bucket, in the order of `counts`; empty when the histogram keeps none.
  public let exemplars: [Exemplar?]
  /// When the series began at zero, in Unix seconds.
  public let created: Double?

  /// `counts` holds one element more than `upperBounds`.
  public init(
    upperBounds: [Double], counts: [UInt64], sum: Double, hasNegative: Bool = false,
    native: NativeHistogramSnapshot? = nil, exemplars: [Exemplar?] = [], created: Double? = nil
  ) {
    self.upperBounds = upperBounds
    self.counts = counts
    self.sum = sum
    self.hasNegative = hasNegative
    self.native = native
    self.exemplars = exemplars
    self.created = created
  }
}
