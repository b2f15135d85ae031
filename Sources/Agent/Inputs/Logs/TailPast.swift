// The files of a path that are done with: read to their ends, given up, or nowhere to be found at the start. One that has a
// name may come back and must not count again, and of any there may be copies, which are known by it. The last ones are
// enough, since only files that are younger than all that is known are looked for.
// SPDX-License-Identifier: Apache-2.0

/// What is remembered of closed files, in the order in which they were closed. A value.
struct TailPast {
  private(set) var files: [SavedFile] = []

  init(_ files: [SavedFile] = []) { self.files = files }

  /// The last one that is this file.
  func file(_ identity: FileIdentity) -> SavedFile? { files.last { $0.identity == identity } }

  /// Forgets what was known of a file before, and keeps this. One that `isDeleted` and has no time of birth could not be
  /// told from the next file of its number.
  mutating func keep(_ file: SavedFile, isDeleted: Bool) {
    files.removeAll { $0.identity == file.identity }
    if isDeleted, file.identity.birth == 0 { return }
    // The latest may come back at once and is known to the byte; more of that would be much of each of thousands of logs.
    if let last = files.indices.last { files[last] = files[last].hashed }
    files.append(file)
    if files.count > Limits.tailRemembered { files.removeFirst() }
  }
}
