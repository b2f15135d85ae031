// Putting a file in another's place so that a reader finds the old one or the new one, whole, whatever happens in
// between: the new one is written aside, brought to the disk, given the name, and the name is brought to the disk.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Replaces files in one step.
enum FileReplacement {
  /// Replaces `path` by a file with `bytes` that only its owner may read. Blocks until the disk has it: call it on a
  /// helper thread. When it fails, `path` is as it was and nothing is left beside it. See rename(2), fsync(2).
  static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let aside = path + ".tmp"
    do throws(SystemError) {
      try fill(aside, bytes)
      try system("rename", path) { unsafe rename(aside, path) }
    } catch {
      _ = unsafe unlink(aside)
      throw error
    }
    let directory = try FileDescriptor.open(parent(path), flags: O_DIRECTORY)
    try system("fsync", path) { fsync(directory.number) }
  }

  /// The directory that a path is in.
  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func fill(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let descriptor = FileDescriptor(owning: try system("open", path) { unsafe open(path, flags, 0o600) })
    var start = 0
    while start < bytes.count { start += try descriptor.write(bytes, from: start) }
    try system("fsync", path) { fsync(descriptor.number) }
  }
}
