// How a native histogram's buckets are laid out and kept few. Plain numbers until a registry checks them, as `Buckets`
// are. Source: Prometheus, "Native histograms".
// SPDX-License-Identifier: Apache-2.0

/// The exponential buckets of a histogram: their resolution, and what happens when there would be too many.
///
/// Past ``maxBuckets`` the first of these that can be done makes room: the histogram starts anew at zero, when it last
/// did at least ``minResetDuration`` ago; the zero bucket takes in the buckets beside it, up to ``maxZeroThreshold``;
/// every two neighbouring buckets become one. A resolution or zero bucket that was given up comes back with the next
/// start at zero, at the latest at the first collection that may have one.
public struct NativeBuckets: Sendable, Hashable {
  /// The resolution, from -4 to 8: each bucket's bound is 2^(2^-schema) times the one before.
  public var schema: Int
  /// Values of this magnitude or less count as zero.
  public var zeroThreshold: Double
  /// Populated buckets of both signs together, from 1 to 4,096.
  public var maxBuckets: Int
  /// Least time between two starts at zero, of which the first is the histogram's creation; zero for never.
  public var minResetDuration: Duration
  /// How far the zero bucket may be widened; zero for not at all.
  public var maxZeroThreshold: Double

  /// Schema 3, whose bounds are 9 % apart; at most 160 buckets; a start at zero at most once an hour.
  public static let `default` = schema(3)

  /// Buckets of this schema.
  public static func schema(
    _ schema: Int, zeroThreshold: Double = 0x1p-128, maxBuckets: Int = 160,
    minResetDuration: Duration = .seconds(3_600),
    maxZeroThreshold: Double = 0
  ) -> NativeBuckets {
    NativeBuckets(
      schema: schema, zeroThreshold: zeroThreshold, maxBuckets: maxBuckets, minResetDuration: minResetDuration,
      maxZeroThreshold: maxZeroThreshold)
  }

  /// Buckets of the coarsest schema whose bounds are no further apart than by this factor, which is above 1: 1.1 gives
  /// schema 3, 2 schema 0. Below 1.003 it is schema 8, the finest there is.
  public static func growth(
    _ factor: Double, zeroThreshold: Double = 0x1p-128, maxBuckets: Int = 160,
    minResetDuration: Duration = .seconds(3_600), maxZeroThreshold: Double = 0
  ) -> NativeBuckets {
    let finest = NativeLayout.schemas.upperBound
    let fitting = NativeLayout.schemas.first { NativeIndex.shared.upperBound(1, schema: $0) <= factor }
    return schema(
      factor > 1 ? fitting ?? finest : .max, zeroThreshold: zeroThreshold, maxBuckets: maxBuckets,
      minResetDuration: minResetDuration, maxZeroThreshold: maxZeroThreshold)
  }

  /// True for what can be kept.
  var areValid: Bool {
    NativeLayout.schemas ~= schema && zeroThreshold >= 0 && zeroThreshold.isFinite && maxZeroThreshold >= 0
      && maxZeroThreshold.isFinite && 1...MetricsLimits.nativeBuckets ~= maxBuckets && minResetDuration >= .zero
  }
}
