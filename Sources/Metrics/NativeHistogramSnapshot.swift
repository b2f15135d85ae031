// A native histogram at one moment, as a sink receives it: dense windows of bucket counts, from which a writer makes
// spans and deltas.
// SPDX-License-Identifier: Apache-2.0

/// The exponential buckets of one histogram at one moment.
///
/// Bucket `i` of schema `n` covers (b^(i-1), b^i] with b = 2^(2^-n). Source: Prometheus, "Native histograms".
public struct NativeHistogramSnapshot: Sendable, Hashable {
  /// Neighbouring buckets of one sign.
  public struct Window: Sendable, Hashable {
    /// The index of the first count.
    public let firstIndex: Int
    /// Observations per bucket, not cumulative; the first and last are not zero.
    public let counts: [UInt64]

    /// No observation.
    public static let empty = Window(firstIndex: 0, counts: [])

    /// Counts from an index on.
    public init(firstIndex: Int, counts: [UInt64]) {
      self.firstIndex = firstIndex
      self.counts = counts
    }
  }

  /// The resolution, -4 (coarse) to 8 (fine).
  public let schema: Int
  /// Values of this magnitude or less count as zero.
  public let zeroThreshold: Double
  /// Observations in the zero bucket.
  public let zeroCount: UInt64
  /// Observations above the zero bucket.
  public let positive: Window
  /// Observations below it, by magnitude.
  public let negative: Window

  /// A native histogram's reading.
  public init(schema: Int, zeroThreshold: Double, zeroCount: UInt64, positive: Window, negative: Window) {
    self.schema = schema
    self.zeroThreshold = zeroThreshold
    self.zeroCount = zeroCount
    self.positive = positive
    self.negative = negative
  }

  /// True when a scraper takes it, and its observations are as many as the classic buckets'.
  func isValid(count: UInt64) -> Bool {
    let indices = -MetricsLimits.nativeIndices...MetricsLimits.nativeIndices
    if !(NativeLayout.schemas ~= schema && zeroThreshold >= 0 && zeroThreshold.isFinite) { return false }
    var total = zeroCount
    for window in [positive, negative] {
      if !(indices ~= window.firstIndex) || window.counts.count > MetricsLimits.nativeIndices { return false }
      for count in window.counts {
        let (sum, overflow) = total.addingReportingOverflow(count)
        if overflow { return false }
        total = sum
      }
    }
    return total == count
  }
}
