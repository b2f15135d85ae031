// Putting a file in another's place so that a reader finds the old one or the new one, whole, whatever happens in
// between: the new one is written aside, brought to the disk, given the name, and the name is brought to the disk.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Replaces files in one step.
enum FileReplacement {
  /// Replaces `path` by a file that `fill` writes and only its owner may read. Blocks until the disk has it: call it on a
  /// helper thread. When it fails, or `fill` says that it shall not be, `path` is as it was and nothing is left beside it;
  /// the latter is the result. See rename(2), fsync(2).
  static func write(
    to path: String, _ fill: (borrowing FileDescriptor) throws(SystemError) -> Bool
  ) throws(SystemError) -> Bool {
    let aside = path + ".tmp"
    do throws(SystemError) {
      if try !make(aside, fill) {
        _ = unsafe unlink(aside)
        return false
      }
      try system("rename", path) { unsafe rename(aside, path) }
    } catch {
      _ = unsafe unlink(aside)
      throw error
    }
    let directory = try FileDescriptor.open(parent(path), flags: O_DIRECTORY)
    try system("fsync", path) { fsync(directory.number) }
    return true
  }

  /// The directory that a path is in.
  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func make(
    _ path: String, _ fill: (borrowing FileDescriptor) throws(SystemError) -> Bool
  ) throws(SystemError) -> Bool {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let descriptor = FileDescriptor(owning: try system("open", path) { unsafe open(path, flags, 0o600) })
    if try !fill(descriptor) { return false }
    try system("fsync", path) { fsync(descriptor.number) }
    return true
  }
}
