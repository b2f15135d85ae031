// The entries of a file that stand where they stood at the last reading. In a service at work these are all of them.
// SPDX-License-Identifier: Apache-2.0

/// What comparing a file's bytes with the keys that are known to stand there came to.
struct ValueFileMatch: Sendable {
  /// How many entries are as they were, from the first on.
  var count = 0
  /// Where they end.
  var at = ValueFileWalk.head
  /// Where the value of each begins; what is past ``count`` means nothing.
  var spots: [Int32] = []
}
