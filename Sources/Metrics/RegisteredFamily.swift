// What a registry knows of a family whose instruments' kind it has forgotten.
// SPDX-License-Identifier: Apache-2.0

/// A family as its registry keeps it.
protocol RegisteredFamily: Sendable {
  /// Name, type, help and unit.
  var description: MetricFamily { get }
  /// Lookups that ended in the overflow series.
  var folded: AtomicCount { get }
  /// Values that instruments refused.
  var ignored: AtomicCount { get }
  /// Writes the family when it has series, in the order of their label text.
  func write(into sink: any SampleSink)
}
