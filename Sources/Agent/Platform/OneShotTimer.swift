// A pause on the loop: something is called once, a while after it was asked for.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// A timer that fires once each time it is set. See timerfd_create(2).
final class OneShotTimer {
  private let descriptor: FileDescriptor

  /// Makes a timer that is not set; it lives as long as the loop.
  init(loop: EventLoop, handler: @escaping () -> Void) throws(SystemError) {
    let flags = Int32(TFD_NONBLOCK | TFD_CLOEXEC)
    descriptor = FileDescriptor(
      owning: try system("timerfd_create") { timerfd_create(CLOCK_MONOTONIC, flags) })
    let number = descriptor.number
    _ = try loop.add(number, .read) { _ in
      if EventLoop.drainCount(number) > 0 { handler() }
    }
  }

  /// Calls the handler after so many milliseconds, instead of when it was set for before.
  func set(milliseconds: Int) throws(SystemError) {
    var time = itimerspec()
    time.it_value.tv_sec = milliseconds / 1_000
    time.it_value.tv_nsec = milliseconds % 1_000 * 1_000_000
    try system("timerfd_settime") { unsafe timerfd_settime(descriptor.number, 0, &time, nil) }
  }
}
