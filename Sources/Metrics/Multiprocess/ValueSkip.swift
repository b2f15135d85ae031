// Why something in a directory of value files was left out. Nothing is left out without a count.
// SPDX-License-Identifier: Apache-2.0

/// The reasons, as the label `reason` has them.
enum ValueSkip: String, Sendable, Hashable, CaseIterable {
  /// A file: its name ends with `.db` and says no kind or no writer.
  case name
  /// A file: no regular one, such as a link, a pipe or a directory.
  case type
  /// A file, or the directory: it could not be opened or read.
  case unreadable
  /// A file: what it says of its length is not so. Entries before the place are taken.
  case torn
  /// A file or an entry: past a limit of ``MetricsLimits``.
  case limit
  /// An entry: its key is no sample of a metric that its kind of file may have.
  case key
  /// An entry: a value that its metric cannot have, such as a negative counter.
  case value
  /// An entry: the file has its key already.
  case duplicate
  /// A series: its name belongs to a metric of another type, or a gauge of another mode.
  case conflict
  /// A series: a histogram or summary without sum, or without counts.
  case incomplete
}
