// One piece of work that may never come back, as statvfs(3) of a dead mount or a file of a broken driver. It keeps what it
// finds by itself, because its caller gives up waiting after some seconds, and the answer, once it is there after all,
// says that the same may be asked again.
// SPDX-License-Identifier: Apache-2.0

/// A question that is asked on a helper thread. Thread-safe.
final class BlockingCall<Answer: Sendable>: Sendable {
  private struct State: Sendable {
    var hasStarted = false
    var result: Answer?
  }

  private let body: @Sendable () -> Answer
  private let state = Guarded(State())

  init(_ body: @escaping @Sendable () -> Answer) { self.body = body }

  /// Does the work; on a helper thread.
  func ask() -> Answer {
    state.withLock { $0.hasStarted = true }
    let result = body()
    state.withLock { $0.result = result }
    return result
  }

  /// Whether a helper thread took it up.
  var hasStarted: Bool { state.withLock { $0.hasStarted } }

  /// Whether it is in the kernel still, or waits for a helper.
  var isOut: Bool { state.withLock { $0.result == nil } }
}
