// A directory as it was looked through last. Its time tells whether names have come or gone since, and an entry's inode
// whether the name still means the same file; where a link leads must be asked each time.
// SPDX-License-Identifier: Apache-2.0

/// What is known of a directory.
struct LogFolderCache: Sendable {
  /// Which directory it was.
  let identity: FileIdentity
  /// When names last came or went, and when it was listed: nanoseconds since 1970.
  let modified: Int64
  let listed: Int64
  let members: [Directory.Member]
  /// Names past the limit.
  let leftOut: Int
  /// Those of them that may be logs, when they were asked for.
  var accepted: [Directory.Member]?
  /// The logs that are there.
  var files: [String: LogFinder.Found] = [:]

  /// Whether a directory of this status has still the same names.
  func isCurrent(_ status: FileStatus) -> Bool {
    identity == status.identity && modified == status.modified
      && listed - modified >= Int64(Limits.logFolderSettledSeconds * 1e9)
  }
}
