// Where a followed path was left: all files that stood there and were still read, and those that were done with, lest
// one that comes back counts again. A path without any file is one that was waited for.
// SPDX-License-Identifier: Apache-2.0

/// The place in a log. A value.
struct SavedLog: Sendable {
  /// The files that are read, oldest first; the last one may be the path's own.
  var files: [SavedFile] = []
  /// Files that were closed, in that order.
  var closed: [SavedFile] = []

  /// Whether the checkpoint would say the same.
  func isSame(as other: SavedLog) -> Bool {
    files.map(\.place) == other.files.map(\.place) && closed.map(\.place) == other.closed.map(\.place)
  }
}
