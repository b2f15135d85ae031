// The one error of every system call: which call, on what, and why, so that a line in the log names the path at fault.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A failed system call.
struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call's name, such as `open`.
  let call: String
  /// What it was called on: a path, an address; may be empty.
  let subject: String
  /// The reason, from errno(3).
  let code: Int32

  var description: String { subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)" }

  /// The reason in words, from strerror_r(3), the POSIX one.
  var reason: String {
    var text = [CChar](repeating: 0, count: 128)
    if unsafe strerror_r(code, &text, text.count) != 0 { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The file, process or directory is not there (any more).
  var isGone: Bool { code == ENOENT || code == ESRCH || code == ENOTDIR || code == ENODEV }
  /// The kernel has the file and this process may not read it.
  var isDenied: Bool { code == EACCES || code == EPERM }
  /// The kernel knows the file and was told not to serve it, as /proc/pressure with psi=0.
  var isUnsupported: Bool { code == EOPNOTSUPP }
  /// The file system knows no locks.
  var hasNoLocks: Bool { code == ENOLCK || code == EOPNOTSUPP || code == ENOSYS }
  /// The code for a path that means nothing.
  static var notThere: Int32 { ENOENT }
  /// Nothing to read or no room to write just now.
  var wouldBlock: Bool { code == EAGAIN }
}
