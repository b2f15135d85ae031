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
    try fill(&buffer, untilEmpty: true)
  }

  /// Replaces `buffer` by the contents of a file that the kernel makes in one piece, such as /proc/PID/stat: a read that
  /// leaves room was the whole, and the one that would yield nothing is saved.
  func readRecord(into buffer: inout [UInt8]) throws(SystemError) {
    try fill(&buffer, untilEmpty: false)
  }

  /// What the buffer has of the last time is room that need not be cleared again.
  private func fill(_ buffer: inout [UInt8], untilEmpty: Bool) throws(SystemError) {
    var filled = 0
    while true {
      let room = buffer.count - filled
      if room < Limits.kernelFileRoom {
        let more = max(Limits.kernelFileRoom, filled) - room
        buffer.append(contentsOf: repeatElement(0, count: more))
      }
      let got = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor.number, $0.baseAddress?.advanced(by: filled), $0.count - filled, filled)
      }
      if got < 0 { throw failure(errno, &buffer) }
      let isWhole = got == 0 || (!untilEmpty && filled + got < buffer.count)
      filled += got
      if filled > Limits.kernelFileBytes { throw failure(EFBIG, &buffer) }
      if isWhole { return buffer.removeLast(buffer.count - filled) }
    }
  }

  private func failure(_ code: Int32, _ buffer: inout [UInt8]) -> SystemError {
    buffer.removeAll(keepingCapacity: true)
    return SystemError(call: "read", subject: path, code: code)
  }

  /// Opens, reads whole, closes.
  static func read(_ path: String, into buffer: inout [UInt8]) throws(SystemError) {
    try KernelFile(path).read(into: &buffer)
  }
}
