// A counting semaphore over an eventfd: threads wait in read(2) until someone has added one.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// Lets threads wait for work. Thread-safe.
final class Semaphore: Sendable {
  private let descriptor: FileDescriptor

  /// A semaphore at zero; see eventfd(2), EFD_SEMAPHORE.
  init() throws(SystemError) {
    let flags = Int32(EFD_SEMAPHORE | EFD_CLOEXEC)
    descriptor = FileDescriptor(owning: try system("eventfd") { eventfd(0, flags) })
  }

  /// Lets one waiting thread go on.
  func signal() { EventCount.add(descriptor.number) }

  /// Waits for a signal.
  func wait() {
    while true {
      var count: UInt64 = 0
      if unsafe read(descriptor.number, &count, 8) == 8 { return }
    }
  }
}

/// Adding to the count of an eventfd.
enum EventCount {
  /// Adds one; whoever reads or polls the descriptor wakes.
  static func add(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)
  }
}
