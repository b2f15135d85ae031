// A lock that one process at a time can have, on a file that is there for nothing else: what it guards is replaced by
// renaming, and a lock would stay with the file that was replaced. The kernel gives it back when its holder ends, however
// that comes about, so that no lock is ever left behind; the file is, empty, since deleting it would part those who wait.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A lock that is held until its owner goes away. Thread-safe, as the kernel's object is.
final class FileLock: Sendable {
  private let path: String
  private let descriptor: FileDescriptor

  private init(_ path: String, _ descriptor: consuming FileDescriptor) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Takes the lock of the file `path`, which is made when it is not there; nil when another has it, also in this process.
  /// Waits for no holder, but may block where the file system does. See flock(2).
  static func take(_ path: String) throws(SystemError) -> FileLock? {
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = FileDescriptor(owning: try system("open", path) { unsafe open(path, flags, 0o600) })
    do throws(SystemError) {
      try system("flock", path) { flock(descriptor.number, LOCK_EX | LOCK_NB) }
    } catch {
      if error.wouldBlock { return nil }
      throw error
    }
    return FileLock(path, descriptor)
  }

  /// Whether others would meet it: its file still has its name.
  var isInPlace: Bool {
    do throws(SystemError) {
      return try FileStatus.of(path).identity == descriptor.status().identity
    } catch {
      return false
    }
  }
}
