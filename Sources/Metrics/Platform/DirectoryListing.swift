// What one reading of a directory gave, in memory that is kept for the next: a service's directory is mostly listed to
// find that nothing came and nothing went, and that is one comparison of bytes here.
// SPDX-License-Identifier: Apache-2.0

/// The names of some files of a directory, and their inodes.
struct DirectoryListing: Sendable {
  /// The names in the directory's order, a zero byte after each.
  var text: [UInt8] = []
  /// The inode of each as the directory has it. Where something is mounted, or layered, the file's own may be another.
  var inodes: [UInt64] = []
  /// False when there were more, or listing failed on the way.
  var isWhole = true

  /// Begins anew, with the memory that is there.
  mutating func removeAll() {
    text.removeAll(keepingCapacity: true)
    inodes.removeAll(keepingCapacity: true)
    isWhole = true
  }

  /// The names as text; bytes that are no UTF-8 give a name that no file has.
  var names: [String] { text.split(separator: 0).map { String(decoding: $0, as: UTF8.self) } }
}
