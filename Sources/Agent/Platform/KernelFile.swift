// Reading /proc and /sys. The kernel writes such a file anew at each read from its start and may stop at a line's end
// before the file's, so a read goes on until it yields nothing. Kept open, a file costs one or two pread(2) a sample
// instead of open, read and close.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A kernel file that is kept open and read whole each time.
struct KernelFile: ~Copyable {
  /// Its path, for errors.
  let path: String
  private let descriptor: FileDescriptor

  /// Opens the file.
  init(_ path: String) throws(SystemError) {
    self.path = path
    descriptor = try FileDescriptor.open(path)
  }

  /// Replaces `buffer` by the file's whole contents. A file past ``Limits/kernelFileBytes`` is an error, never cut.
  func read(into buffer: inout [UInt8]) throws(SystemError) {
    buffer.removeAll(keepingCapacity: true)
    do throws(SystemError) {
      while true {
        let room = max(4_096, buffer.capacity - buffer.count)
        if try descriptor.read(into: &buffer, count: room, at: Int64(buffer.count)) == 0 { return }
        if buffer.count > Limits.kernelFileBytes { throw SystemError(call: "read", subject: path, code: EFBIG) }
      }
    } catch {
      throw SystemError(call: error.call, subject: path, code: error.code)
    }
  }

  /// Replaces `buffer` by the contents of a file that the kernel writes in one piece, below
  /// ``Limits/kernelLineBytes``: half the system calls of ``read(into:)``.
  func readLine(into buffer: inout [UInt8]) throws(SystemError) {
    buffer.removeAll(keepingCapacity: true)
    do throws(SystemError) {
      try descriptor.read(into: &buffer, count: Limits.kernelLineBytes, at: 0)
    } catch {
      throw SystemError(call: error.call, subject: path, code: error.code)
    }
  }

  /// Opens, reads whole, closes.
  static func read(_ path: String, into buffer: inout [UInt8]) throws(SystemError) {
    try KernelFile(path).read(into: &buffer)
  }
}
