// State that crosses threads behind a lock. A pthread_mutex and not `Synchronization.Mutex`, for which the thread
// sanitizer reports false races on Linux; allocated by hand, because a mutex must never move.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A value that one thread at a time may touch. Thread-safe; the lock is not reentrant.
///
/// `@unchecked`: the state is only ever reached with the mutex held, and what leaves is Sendable.
@safe
final class Guarded<State>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var state: State

  /// Takes the state over: nobody else may keep a reference into it.
  init(_ state: sending State) {
    self.state = state
    unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    _ = unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    _ = unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone with the state, waiting for whoever holds it.
  func withLock<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    _ = unsafe pthread_mutex_lock(mutex)
    defer { _ = unsafe pthread_mutex_unlock(mutex) }
    return body(&state)
  }

  /// Runs `body` alone with the state, or returns nil at once when another thread holds it: it may be stuck in the
  /// kernel, and a second thread must not join it there.
  func withLockIfFree<Result: Sendable>(_ body: (inout State) -> Result) -> Result? {
    if unsafe pthread_mutex_trylock(mutex) != 0 { return nil }
    defer { _ = unsafe pthread_mutex_unlock(mutex) }
    return body(&state)
  }
}
