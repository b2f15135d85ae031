// What swift-metrics' own interface cannot say: help texts and buckets, by the label that the instrument is made with.
// SPDX-License-Identifier: Apache-2.0
public import VitalsMetrics

/// How a ``VitalsMetricsFactory`` exposes instruments. Keys are labels as the code writes them, such as `http.requests`.
public struct SwiftMetricsOptions: Sendable {
  /// Help texts; a metric without one says from which label it comes.
  public var help: [String: String] = [:]
  /// Buckets of single metrics: seconds for timers, the recorded unit for recorders.
  public var buckets: [String: Buckets] = [:]
  /// Buckets of all other timers, in seconds: 5 ms to 10 s.
  public var timerBuckets: Buckets = .default
  /// Buckets of all other recorders, in whatever unit they record: 1 to a million.
  public var recorderBuckets: Buckets = .explicit([
    1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 100_000, 1_000_000,
  ])
  /// The bounds.
  public var limits = SwiftMetricsLimits()

  /// The defaults.
  public init() {}
}
