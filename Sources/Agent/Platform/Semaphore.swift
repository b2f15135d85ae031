// A counting semaphore over an eventfd: threads wait in read(2) until someone has added one.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// Lets threads wait for work. Thread-safe.
final class Semaphore: Sendable {
  private let count: EventCount

  /// A semaphore at zero; see eventfd(2), EFD_SEMAPHORE.
  init() throws(SystemError) { count = try EventCount(flags: Int32(EFD_SEMAPHORE)) }

  /// Lets one waiting thread go on.
  func signal() { count.add() }

  /// Waits for a signal.
  func wait() {
    while true {
      var count: UInt64 = 0
      if unsafe read(self.count.number, &count, 8) == 8 { return }
    }
  }
}

/// An eventfd. Thread-safe; shared by all who add to it, so that none writes to a number that has been reused.
final class EventCount: Sendable {
  private let descriptor: FileDescriptor

  /// The number, for reading and for epoll.
  var number: Int32 { descriptor.number }

  /// A count of zero; `flags` add to EFD_CLOEXEC. See eventfd(2).
  init(flags: Int32) throws(SystemError) {
    descriptor = FileDescriptor(owning: try system("eventfd") { eventfd(0, flags | Int32(EFD_CLOEXEC)) })
  }

  /// Adds one; whoever reads or polls the descriptor wakes.
  func add() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor.number, &one, 8)
  }
}
