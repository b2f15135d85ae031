// The space of one file system. statvfs(3) may not return when a server is gone, so it is called on helper threads only.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// What statvfs(3) says of a mount, in bytes and inodes.
struct FilesystemSpace: Hashable, Sendable {
  let size: UInt64
  let free: UInt64
  /// What users other than root may fill.
  let available: UInt64
  let files: UInt64
  let filesFree: UInt64
  let isReadOnly: Bool

  /// Asks the kernel; may block without end.
  static func read(_ path: String) -> Result<FilesystemSpace, SystemError> {
    var space = statvfs()
    do {
      try system("statvfs", path) { unsafe statvfs(path, &space) }
    } catch {
      return .failure(error)
    }
    let block = UInt64(space.f_frsize)
    return .success(
      FilesystemSpace(
        size: UInt64(space.f_blocks) &* block, free: UInt64(space.f_bfree) &* block,
        available: UInt64(space.f_bavail) &* block, files: UInt64(space.f_files),
        filesFree: UInt64(space.f_ffree), isReadOnly: space.f_flag & UInt(ST_RDONLY) != 0))
  }
}
