// What one go at a followed file yields. A value that crosses from the helper thread to the loop.
// SPDX-License-Identifier: Apache-2.0

/// Complete lines and what happened.
struct TailBatch: Sendable {
  /// Whole lines, each with its line feed.
  var lines: [UInt8] = []
  /// Transitions, in order.
  var events: [TailEvent] = []
  /// Bytes taken from the file, holes skipped included.
  var readBytes: UInt64 = 0
  /// Bytes certainly missed: what stood between the offset and the last size seen when a file was truncated.
  var lostBytes: UInt64 = 0
  /// NUL bytes at the start of lines: a writer without O_APPEND went on behind a truncation.
  var holeBytes: UInt64 = 0
  /// Lines longer than ``Limits/lineBytes``.
  var longLines: UInt64 = 0
  /// Last lines without a line feed, of files that ended.
  var partialLines: UInt64 = 0
  /// Other files found at the path.
  var rotations: UInt64 = 0
  /// Truncations and rewrites in place.
  var truncations: UInt64 = 0
  /// Times that the path's file was opened anew, because it could not be read on.
  var reopened: UInt64 = 0
  /// Bytes known to be there and not read yet; nil when no file is open.
  var lagBytes: Int64?
  /// When the oldest of them was first seen; nil when there are none.
  var lagSince: Moment?
  /// When the oldest byte that these lines are made of was first seen; nil when there are none.
  var readSince: Moment?
  /// Which file the path means, when it can be read.
  var identity: FileIdentity?
  /// Where the path's files are left when these lines are counted; nil when it is where it was before.
  var position: SavedLog?
  /// The path means a pipe, which is followed otherwise, see ``TailPipe``.
  var meetsPipe = false
  /// The pipe that the loop should wait for.
  var pipe: PipeEnd?
  /// When the lines were written, where a container runtime says so.
  var clock: LineClock?
  /// Files that are open when it is handed over.
  var openFiles = 0
  /// Nothing is at the path, and nothing more comes of what was.
  var isGone = false
  /// True when the budget ended before the file did.
  var hasMore = false
}
