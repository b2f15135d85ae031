// What a registry knows of a family whose instruments' kind it has forgotten.
// SPDX-License-Identifier: Apache-2.0

/// A family as its registry keeps it.
protocol RegisteredFamily: AnyObject, Sendable {
  /// Name, type, help and unit.
  var description: MetricFamily { get }
  /// Every name that the family occupies in some format.
  var occupiedNames: [String] { get }
  /// The names of the labels that children are looked up by.
  var labelNames: [String] { get }
  /// True when no scheme escapes its name or one of its labels'.
  var isLegacy: Bool { get }
  /// Lookups that ended in the overflow series.
  var folded: AtomicCount { get }
  /// Series that ended because nobody used them.
  var expired: AtomicCount { get }
  /// Values that instruments refused.
  var ignored: AtomicCount { get }
  /// Examples that instruments refused.
  var droppedExemplars: AtomicCount { get }
  /// True when OpenMetrics text is to show when series began.
  var hasCreatedLines: Bool { get }
  /// Removes the series that have expired.
  func sweep()
  /// Ends all series, and takes no room for others any more.
  func retire()
  /// True when there is a series with these labels.
  func has(_ labels: LabelSet) -> Bool
  /// Writes the family when it has series, in the order of their label text.
  func write(into sink: any SampleSink)
  /// The labels of all series.
  var labelSets: [LabelSet] { get }
  /// True when ``appendLines(to:isOpenMetrics:_:)`` can write this scheme's names.
  func canAppendLines(_ scheme: EscapingScheme) -> Bool
  /// Appends the lines of all series, without metadata, if each is a plain one.
  func appendLines(to lines: inout LineBuffer, isOpenMetrics: Bool, _ scheme: EscapingScheme) -> FamilyLines
}
