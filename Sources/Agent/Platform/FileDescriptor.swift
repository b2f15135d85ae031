// The owner of an open file. Noncopyable, so that a descriptor is closed exactly once and never used afterwards.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An open descriptor, closed when its owner goes away.
struct FileDescriptor: ~Copyable, Sendable {
  /// The number, for registering with epoll; never close it.
  let number: Int32

  /// Takes ownership.
  init(owning number: Int32) { self.number = number }

  deinit { _ = Glibc.close(number) }

  /// Opens an existing file for reading. `flags` adds to O_RDONLY|O_CLOEXEC. See open(2).
  static func open(_ path: String, flags: Int32 = 0) throws(SystemError) -> FileDescriptor {
    FileDescriptor(owning: try system("open", path) { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | flags) })
  }

  /// The standard input, as a descriptor of its own; see fcntl(2), F_DUPFD_CLOEXEC.
  static func standardInput() throws(SystemError) -> FileDescriptor {
    FileDescriptor(owning: try system("stdin") { fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) })
  }

  /// Whether there is something to read, or the end; waits at most so long. See poll(2).
  func isReadable(within milliseconds: Int32) -> Bool {
    var one = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&one, 1, milliseconds) != 0
  }

  /// Reads up to `count` bytes at the file's position, appended to `buffer`; 0 at the end. See read(2).
  @discardableResult
  func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
    let start = FileDescriptor.grow(&buffer, by: count)
    let got = unsafe buffer.withUnsafeMutableBytes {
      unsafe Glibc.read(number, $0.baseAddress?.advanced(by: start), count)
    }
    return try FileDescriptor.shrink(&buffer, to: start, got: got)
  }

  /// Reads up to `count` bytes at `offset`, appended to `buffer`; 0 at the end. See pread(2).
  @discardableResult
  func read(into buffer: inout [UInt8], count: Int, at offset: Int64) throws(SystemError) -> Int {
    let start = FileDescriptor.grow(&buffer, by: count)
    let got = unsafe buffer.withUnsafeMutableBytes {
      unsafe Glibc.pread(number, $0.baseAddress?.advanced(by: start), count, Int(offset))
    }
    return try FileDescriptor.shrink(&buffer, to: start, got: got)
  }

  /// Writes what the kernel takes of `bytes`, from `start` on; returns how many bytes that were. See write(2).
  func write(_ bytes: [UInt8], from start: Int = 0) throws(SystemError) -> Int {
    try system("write") {
      unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(number, $0.baseAddress?.advanced(by: start), bytes.count - start)
      }
    }
  }

  /// Writes all of `bytes`; waits for the kernel where it must.
  func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var start = 0
    while start < bytes.count { start += try write(bytes, from: start) }
  }

  private static func grow(_ buffer: inout [UInt8], by count: Int) -> Int {
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    return start
  }

  /// Takes back what was not filled. A regular or kernel file is never interrupted, so that EINTR needs no retry here.
  private static func shrink(_ buffer: inout [UInt8], to start: Int, got: Int) throws(SystemError) -> Int {
    let code = errno
    buffer.removeLast(buffer.count - start - max(0, got))
    if got < 0 { throw SystemError(call: "read", subject: "", code: code) }
    return got
  }
}
