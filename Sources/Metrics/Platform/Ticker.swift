// A thread that does something again and again. It waits in poll(2) on a pipe, whose clock nobody sets, so that it can
// be told to end at once.
//
// The file is unsafe because system calls take their arguments by address.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A running thread. Thread-safe; ``stop()`` once.
final class Ticker: Sendable {
  private let thread: OwnThread
  /// A byte in here ends the thread.
  private let wake: OpenFile

  /// Runs `body` after each interval, on a thread of its own.
  init(every interval: Duration, _ body: @escaping @Sendable () -> Void) throws(SystemFailure) {
    var ends: [Int32] = [-1, -1]
    if unsafe pipe(&ends) != 0 { throw SystemFailure(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let wakes = ends[0]
    wake = OpenFile(owning: ends[1])
    let (seconds, attoseconds) = interval.components
    let wait = Int32(clamping: max(1, min(seconds, 2_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000))
    do throws(SystemFailure) {
      thread = try OwnThread {
        Self.loop(wakes, wait, body)
        _ = close(wakes)
      }
    } catch {
      _ = close(wakes)
      throw error
    }
  }

  /// Ends the thread, after the turn that it is at; on the thread itself it does not wait. In a forked child, which has no
  /// such thread, nothing happens.
  func stop() {
    if !thread.isHere { return }
    _ = wake.write([0])
    thread.join()
  }

  private static func loop(_ descriptor: Int32, _ wait: Int32, _ body: () -> Void) {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let count = unsafe poll(&waiting, 1, wait)
      if count > 0 || (count < 0 && errno != EINTR) { return }
      if count == 0 { body() }
    }
  }
}
