// The bounds of what a summary of finished logs keeps: its memory does not grow with the logs.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Files of one call.
  static let replayFiles = 10_000
  /// One read of a file, in bytes. At most ``lineBytes``, so that only the first line of a block can be too long.
  static let replayBlockBytes = 256 << 10
  /// Stretches of ``replayPageBuckets`` buckets of time in which something was logged. With more of them the buckets
  /// become wider: 36 hours at a second, 15 days at ten seconds, and so on.
  static let replayPages = 2_048
  /// Buckets that have their memory together.
  static let replayPageBuckets = 64
  /// Slow requests that are named.
  static let replaySlowest = 10
  /// Stretches of silence that are named, the longest.
  static let replayGaps = 20
  /// The longest path, id or name of a slow request, in bytes.
  static let replayTextBytes = 512
  /// Services that are told apart; further files count as `other`.
  static let replayServices = 50
  /// Lines of JSON that are looked at to know their logger: all of the first, and one in so many later.
  static let replayLookLines: UInt64 = 1_024
  /// Requests that two services must tell alike before it is said that they may be the same.
  static let replayTwinRequests: UInt64 = 10
  /// Files of theirs that are named in the text.
  static let replayTwinFiles = 4
  /// Endpoints, errors and statuses in the text; JSON has them all.
  static let replayRows = 15
  /// Columns of the text.
  static let replayColumns = 60...240
  /// Bytes between two looks at the clock, for the progress.
  static let replayProgressBytes: UInt64 = 4 << 20
  /// Seconds before the progress is shown, and between two showings.
  static let replayProgressSeconds = (first: 1.0, next: 0.25)
}
