// Which file this is, and how long: what a tail needs to know of an open descriptor and of a path. They are asked
// apart, because the path may mean another file a moment later. A file is known by the moment of its birth as well,
// where the file system keeps it: an inode number is given to the next file as soon as the last one is gone.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// What tells one file from another. Without a time of birth only while either is open.
struct FileIdentity: Hashable, Sendable {
  /// The device's number.
  let device: UInt64
  /// The inode's number on it.
  let inode: UInt64
  /// When it was made, in nanoseconds since 1970; 0 where the file system does not say.
  let birth: Int64

  /// Whether it is that file in all but the device's number, which may be another after the machine was started anew.
  func isSameFile(as other: FileIdentity) -> Bool {
    inode == other.inode && (birth == other.birth && birth != 0 || self == other)
  }
}

/// A file's status at one moment; see statx(2).
struct FileStatus: Hashable, Sendable {
  /// What sort of file it is, in words for an error; nil for a regular one.
  let oddity: String?
  /// Whether it is a pipe.
  let isPipe: Bool
  /// Whether it is a directory.
  let isDirectory: Bool
  /// Which file it is.
  let identity: FileIdentity
  /// Its length in bytes.
  let size: Int64
  /// When it was last written to: nanoseconds since 1970.
  let modified: Int64
  /// When it, its name or its rights were last changed: nanoseconds since 1970.
  let changed: Int64
  /// How many names it has; 0 when it is deleted and only kept open.
  let links: UInt64

  /// The status of what `path` means now, symbolic links followed.
  static func of(_ path: String) throws(SystemError) -> FileStatus {
    try FileStatus(AT_FDCWD, path, flags: 0)
  }

  fileprivate init(_ directory: Int32, _ path: String, flags: Int32) throws(SystemError) {
    var raw = statx()
    let wanted = UInt32(STATX_BASIC_STATS) | UInt32(STATX_BTIME)
    try system("stat", path) { unsafe statx(directory, path, flags, wanted, &raw) }
    switch mode_t(raw.stx_mode) & S_IFMT {
    case S_IFREG: oddity = nil
    case S_IFDIR: oddity = "is a directory"
    case S_IFIFO: oddity = "is a pipe"
    default: oddity = "is not a regular file"
    }
    isPipe = mode_t(raw.stx_mode) & S_IFMT == S_IFIFO
    isDirectory = mode_t(raw.stx_mode) & S_IFMT == S_IFDIR
    let knowsBirth = raw.stx_mask & UInt32(STATX_BTIME) != 0
    identity = FileIdentity(
      device: UInt64(raw.stx_dev_major) << 32 | UInt64(raw.stx_dev_minor), inode: raw.stx_ino,
      birth: knowsBirth ? FileStatus.nanoseconds(raw.stx_btime) : 0)
    size = Int64(clamping: raw.stx_size)
    modified = FileStatus.nanoseconds(raw.stx_mtime)
    changed = FileStatus.nanoseconds(raw.stx_ctime)
    links = UInt64(raw.stx_nlink)
  }

  private static func nanoseconds(_ time: statx_timestamp) -> Int64 {
    time.tv_sec &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

extension FileDescriptor {
  /// The status of the open file itself.
  func status() throws(SystemError) -> FileStatus { try FileStatus(number, "", flags: 0x1000) }  // AT_EMPTY_PATH

  /// Opens a file of others for reading: never waits for a pipe's writer, never becomes the controlling terminal.
  static func openForTail(_ path: String) throws(SystemError) -> FileDescriptor {
    try open(path, flags: O_NONBLOCK | O_NOCTTY)
  }

  /// Where the next data at or after `offset` begins, past a hole; nil when the rest is a hole. A file system that
  /// knows no holes says `offset`. See lseek(2), SEEK_DATA, which has the value 3 on Linux.
  func nextData(from offset: Int64) -> Int64? {
    let found = Glibc.lseek(number, Int(offset), 3)
    return found < 0 ? nil : Int64(found)
  }

  /// Where the next hole at or after `offset` begins, at the latest at the end; nil past it. See lseek(2), SEEK_HOLE.
  func nextHole(from offset: Int64) -> Int64? {
    let found = Glibc.lseek(number, Int(offset), 4)
    return found < 0 ? nil : Int64(found)
  }

  /// Whether any process has the file open for writing; nil when the kernel does not tell, since the file is another
  /// user's or its file system has no leases. It grants a lease on reading only while there is no writer, see
  /// fcntl(2); this one is given back at once. Whoever opens the file in between waits that long, and the signal that
  /// we would get is one that nobody minds.
  var isOpenForWriting: Bool? {
    let setSignal: Int32 = 10
    let setLease: Int32 = 1_024
    if fcntl(number, setSignal, SIGURG) != 0 { return nil }
    if fcntl(number, setLease, Int32(F_RDLCK)) == 0 {
      _ = fcntl(number, setLease, Int32(F_UNLCK))
      return false
    }
    return errno == EAGAIN ? true : nil
  }
}
