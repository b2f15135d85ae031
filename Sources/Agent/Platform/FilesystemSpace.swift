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

  /// Asks the kernel; may block without end.
  static func read(_ path: [UInt8]) -> Result<FilesystemSpace, SystemError> {
    var space = statvfs()
    // Bytes and not a String: a path that is not UTF-8 would come out as another one.
    let name = path.map { CChar(bitPattern: $0) } + [0]
    do {
      try system("statvfs", String(decoding: path, as: UTF8.self)) { unsafe statvfs(name, &space) }
    } catch {
      return .failure(error)
    }
    let block = UInt64(space.f_frsize)
    return .success(
      FilesystemSpace(
        size: UInt64(space.f_blocks) &* block, free: UInt64(space.f_bfree) &* block,
        available: UInt64(space.f_bavail) &* block, files: UInt64(space.f_files),
        filesFree: UInt64(space.f_ffree)))
  }
}
