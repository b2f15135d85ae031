// Which file this is, and how long: what a tail needs to know of an open descriptor and of a path. They are asked
// apart, because the path may mean another file a moment later.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What tells one file from another while either is open; an inode number is used again after the last close.
struct FileIdentity: Hashable, Sendable {
  /// The device's number, `st_dev`.
  let device: UInt64
  /// The inode's number on it, `st_ino`.
  let inode: UInt64
}

/// A file's status at one moment; see stat(2).
struct FileStatus: Hashable, Sendable {
  /// What sort of file it is, in words for an error; nil for a regular one.
  let oddity: String?
  /// Whether it is a directory.
  let isDirectory: Bool
  /// Which file it is.
  let identity: FileIdentity
  /// Its length in bytes.
  let size: Int64
  /// When it was last written to: nanoseconds since 1970.
  let modified: Int64
  /// How many names it has; 0 when it is deleted and only kept open.
  let links: UInt64

  /// The status of what `path` means now, symbolic links followed.
  static func of(_ path: String) throws(SystemError) -> FileStatus {
    var raw = stat()
    try system("stat", path) { unsafe Glibc.fstatat(AT_FDCWD, path, &raw, 0) }
    return FileStatus(raw)
  }

  /// Outside the descriptor's type, which has names of its own.
  fileprivate static func raw(of number: Int32) throws(SystemError) -> stat {
    var raw = stat()
    try system("fstat") { unsafe Glibc.fstat(number, &raw) }
    return raw
  }

  fileprivate init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: oddity = nil
    case S_IFDIR: oddity = "is a directory"
    case S_IFIFO: oddity = "is a pipe"
    default: oddity = "is not a regular file"
    }
    isDirectory = raw.st_mode & S_IFMT == S_IFDIR
    identity = FileIdentity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
    size = Int64(raw.st_size)
    modified = Int64(raw.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(raw.st_mtim.tv_nsec)
    links = UInt64(raw.st_nlink)
  }
}

extension FileDescriptor {
  /// The status of the open file itself; see fstat(2).
  func status() throws(SystemError) -> FileStatus {
    FileStatus(try FileStatus.raw(of: number))
  }

  /// Opens a file of others for reading: never waits for a pipe's writer, never becomes the controlling terminal.
  static func openForTail(_ path: String) throws(SystemError) -> FileDescriptor {
    try open(path, flags: O_NONBLOCK | O_NOCTTY)
  }

  /// Where the next data at or after `offset` begins, past a hole; nil when the rest is a hole or the file system
  /// cannot tell. See lseek(2), SEEK_DATA, which has the value 3 on Linux.
  func nextData(from offset: Int64) -> Int64? {
    let found = Glibc.lseek(number, Int(offset), 3)
    return found < 0 ? nil : Int64(found)
  }
}
