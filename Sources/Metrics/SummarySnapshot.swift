// A summary at one moment, as a sink receives it.
// SPDX-License-Identifier: Apache-2.0

/// The count, the sum and the quantiles of one summary at one moment.
public struct SummarySnapshot: Sendable, Hashable {
  /// A quantile of the recent observations.
  public struct Quantile: Sendable, Hashable {
    /// From 0 to 1.
    public let quantile: Double
    /// The value at that rank; NaN without an observation in the window.
    public let value: Double

    /// A quantile and its value.
    public init(_ quantile: Double, _ value: Double) {
      self.quantile = quantile
      self.value = value
    }
  }

  /// Ascending.
  public let quantiles: [Quantile]
  /// All observations since the series began.
  public let count: UInt64
  /// Their sum.
  public let sum: Double
  /// When the series began at zero, in Unix seconds.
  public let created: Double?

  /// A summary's reading.
  public init(quantiles: [Quantile], count: UInt64, sum: Double, created: Double? = nil) {
    self.quantiles = quantiles
    self.count = count
    self.sum = sum
    self.created = created
  }
}
