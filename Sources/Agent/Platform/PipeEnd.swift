// The reading end of a pipe, or whatever stands at standard input, read without ever waiting for its writer. What
// standard input is belongs to others too, a shell or a terminal: it is opened a second time where the kernel lets us, so
// that not waiting is a property of our own description alone; else each read is preceded by poll(2).
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An open pipe. Thread-safe, as the kernel's object is; it stays open as long as anybody holds it.
final class PipeEnd: Sendable {
  /// What a read brought.
  enum Outcome: Hashable {
    case bytes
    /// Nothing now.
    case nothing
    /// Nothing any more: all writers have closed it.
    case end
  }

  /// Which file it is.
  let identity: FileIdentity
  /// Whether the event loop can wait for it; not for regular files, nor for a pipe that seems to end with each writer.
  let canWait: Bool

  private let descriptor: FileDescriptor
  /// Another writer may come: an end is none.
  private let isNamed: Bool

  private init(_ descriptor: consuming FileDescriptor, isNamed: Bool, canWait: Bool) throws(SystemError) {
    identity = try descriptor.status().identity
    self.isNamed = isNamed
    self.canWait = canWait
    // More room lets a writer go on while we are late; past the user's limit there is none, which is no fault. See
    // F_SETPIPE_SZ in fcntl(2).
    _ = fcntl(descriptor.number, 1_031, Int32(Limits.pipeBytes))
    self.descriptor = descriptor
  }

  /// Standard input, from where it is.
  static func standardInput() throws(SystemError) -> PipeEnd {
    let copy = FileDescriptor(
      owning: try system("dup", "standard input") { fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) })
    if try copy.status().oddity == nil { return try PipeEnd(copy, isNamed: false, canWait: false) }
    // From a terminal in the background a read fails then, instead of stopping the whole agent.
    _ = signal(SIGTTIN, SIG_IGN)
    if let own = try? FileDescriptor.openForTail("/proc/self/fd/\(copy.number)") {
      return try PipeEnd(own, isNamed: false, canWait: true)
    }
    return try PipeEnd(copy, isNamed: false, canWait: true)
  }

  /// The pipe at a path. With a writing end of our own it does not end when its last writer goes; where we may not write
  /// to it, it does.
  static func named(_ path: String) throws(SystemError) -> PipeEnd {
    if let both = try? FileDescriptor(
      owning: system("open", path) { unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) })
    {
      return try PipeEnd(both, isNamed: true, canWait: true)
    }
    return try PipeEnd(FileDescriptor.openForTail(path), isNamed: true, canWait: false)
  }

  /// For registering with the event loop.
  var number: Int32 { descriptor.number }

  /// Appends at most `count` bytes to `buffer`, of those that are there; never waits.
  func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Outcome {
    var ready = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    if unsafe poll(&ready, 1, 0) <= 0 { return .nothing }
    do throws(SystemError) {
      if try descriptor.read(into: &buffer, count: count) > 0 { return .bytes }
    } catch {
      if error.wouldBlock { return .nothing }
      throw error
    }
    return isNamed ? .nothing : .end
  }
}
