// Where a followed path was left: all files that stood there and were still read, and those that were done with, lest
// one that comes back counts again. A path without any file is one that was waited for.
// SPDX-License-Identifier: Apache-2.0

/// The place in a log. A value.
struct SavedLog: Sendable {
  /// The files that are read, oldest first; the last one may be the path's own.
  var files: [SavedFile] = []
  /// Files that were closed, in that order.
  var closed: [SavedFile] = []

  /// Where the search for files that came and went goes on, when it had to leave some.
  var unfound: TailSearch.Rest?

  /// The same with hashes for evidence, to be kept for long.
  var hashed: SavedLog { SavedLog(files: files.map(\.hashed), closed: closed.map(\.hashed), unfound: unfound) }

  /// What a checkpoint says of it, the evidence apart.
  struct Place: Hashable {
    let files: [SavedFile.Place]
    let unfound: TailSearch.Rest?
  }
}
