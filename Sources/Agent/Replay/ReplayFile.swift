// What is known of one of the logs that are read.
// SPDX-License-Identifier: Apache-2.0

/// A log of several.
struct ReplayFile {
  let source: ReplaySource
  /// The place of its service.
  var service = 0
  /// The time of its first line that says one, in nanoseconds since 1970; the greatest number when none does.
  var first = UInt64.max
  /// The latest time of a line that was read; 0 when none says one.
  var last: UInt64 = 0
  /// Its length in bytes, compressed as it is; nil of a pipe.
  var size: UInt64?
  /// Bytes of text that were read, uncompressed.
  var bytes: UInt64 = 0
  /// Lines, empty ones not.
  var lines: UInt64 = 0
  /// Why it was not read to its end.
  var failure: String?
  /// Whether anything of it could be read.
  var isOpened = false

  /// Its name for people.
  var name: String { source.path == ReplaySource.standardInput ? "stdin" : source.path }

  /// The same without the folders.
  var shortName: String { name.split(separator: "/").last.map { String($0) } ?? name }
}
