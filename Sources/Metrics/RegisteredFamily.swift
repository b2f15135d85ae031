// What a registry knows of a family whose instruments' kind it has forgotten.
// SPDX-License-Identifier: Apache-2.0

/// A family as its registry keeps it.
protocol RegisteredFamily: AnyObject, Sendable {
  /// Name, type, help and unit.
  var description: MetricFamily { get }
  /// Every name that the family occupies in some format.
  var occupiedNames: [String] { get }
  /// Lookups that ended in the overflow series.
  var folded: AtomicCount { get }
  /// Values that instruments refused.
  var ignored: AtomicCount { get }
  /// Examples that instruments refused.
  var droppedExemplars: AtomicCount { get }
  /// True when OpenMetrics text is to show when series began.
  var hasCreatedLines: Bool { get }
  /// True when there is a series with these labels.
  func has(_ labels: LabelSet) -> Bool
  /// Writes the family when it has series, in the order of their label text.
  func write(into sink: any SampleSink)
  /// Appends the lines of all series, without metadata, if each is a plain one.
  func appendLines(to lines: inout LineBuffer, isOpenMetrics: Bool) -> FamilyLines
}
