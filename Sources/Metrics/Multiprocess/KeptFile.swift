// A running worker's file that stays open from one collection to the next: to open and close a file costs as much as to
// read it. That the name still is this file's is told by the listing of its directory, whose inode number no other file
// can get as long as the file is held.
// SPDX-License-Identifier: Apache-2.0

/// An open value file and what it was when it was opened.
final class KeptFile: Sendable {
  let file: OpenFile
  private let stamp: FileStamp

  init(_ file: consuming OpenFile, _ stamp: FileStamp) {
    self.file = file.closed(onlyAs: stamp)
    self.stamp = stamp
  }

  /// True when a directory's entry with this inode number is this file.
  func isListed(as inode: UInt64) -> Bool { stamp.inode == inode }

  /// True when the descriptor still is this file's: a program that closes all descriptors, as daemons do after fork(2),
  /// closes this one too, and its number goes to another file.
  var isOpen: Bool { file.stamp?.isSameFile(as: stamp) ?? false }
}
