// Upper bounds of a histogram. They are plain numbers until a registry checks them, so that no way of writing them can
// stop a program.
// SPDX-License-Identifier: Apache-2.0

/// The finite upper bounds of a histogram's buckets, inclusive; `+Inf` is implied.
public struct Buckets: Sendable, Hashable {
  /// The bounds as they will stand: ascending, without `+Inf` when the registry accepts them.
  public let upperBounds: [Double]

  /// 5 ms to 10 s, the defaults of Prometheus's own libraries: for requests measured in seconds.
  public static let `default` = explicit([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

  /// None but `+Inf`: only for a histogram that has native buckets, and little use to a scraper that takes text.
  public static let none = explicit([])

  /// These bounds. A `+Inf` at the end is dropped, since it is there anyway.
  public static func explicit(_ bounds: [Double]) -> Buckets {
    Buckets(upperBounds: bounds.last == .infinity ? bounds.dropLast() : bounds)
  }

  /// `count` bounds from `start`, each `width` above the one before.
  public static func linear(start: Double, width: Double, count: Int) -> Buckets {
    Buckets(upperBounds: places(count).map { start + Double($0) * width })
  }

  /// `count` bounds from `start`, each `factor` times the one before.
  public static func exponential(start: Double, factor: Double, count: Int) -> Buckets {
    var bound = start
    return Buckets(
      upperBounds: places(count).map { _ in
        defer { bound *= factor }
        return bound
      })
  }

  /// One more than a registry accepts is enough to be refused.
  private static func places(_ count: Int) -> Range<Int> { 0..<min(max(0, count), MetricsLimits.bucketBounds + 1) }

  /// True for at least one bound and not too many, all finite, each above the one before.
  package var areValid: Bool {
    !upperBounds.isEmpty && upperBounds.count <= MetricsLimits.bucketBounds && upperBounds.allSatisfy(\.isFinite)
      && zip(upperBounds, upperBounds.dropFirst()).allSatisfy { $0 < $1 }
  }
}
