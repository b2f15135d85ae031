// Threads that are all there before any of them begins, and stay until all are done.
// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Some threads that do the same work at once.
final class Crew: Sendable {
  private let ready = DispatchSemaphore(value: 0)
  private let go = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)
  private let leave = DispatchSemaphore(value: 0)
  private let gone = DispatchSemaphore(value: 0)
  private let count: Int

  /// Starts the threads, which wait.
  init(_ count: Int, _ work: @escaping @Sendable () -> Void) {
    self.count = count
    for _ in 0..<count {
      Thread.detachNewThread { [ready, go, done, leave, gone] in
        ready.signal()
        go.wait()
        work()
        done.signal()
        leave.wait()
        gone.signal()
      }
    }
    for _ in 0..<count { ready.wait() }
  }

  /// Lets them work and end.
  func run() {
    for _ in 0..<count { go.signal() }
    for _ in 0..<count { done.wait() }
    for _ in 0..<count { leave.signal() }
    for _ in 0..<count { gone.wait() }
  }
}
