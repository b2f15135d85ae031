// The module's lock: state that is reached only while a pthread mutex is held; Monitor has one to wait on. The thread sanitizer understands
// pthread_mutex and reports false races for Synchronization.Mutex on Linux, so this small wrapper is kept; the mutex
// needs a fixed address, hence the raw storage and the unchecked conformance, which hold in this file alone.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no pthread_mutex known on this platform")
#endif

/// State that one thread at a time may touch.
///
/// Thread-safe. The closure runs under the lock: no I/O in it, no code of the user's, no second lock.
@safe package final class Locked<State: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  @usableFromInline var state: State

  /// Wraps `state`.
  package init(_ state: State) {
    self.state = state
    unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs `body` with the state while no other thread can. Inlined, so that other modules' tables are looked up by code
  /// that knows their types.
  @inlinable package func withLock<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body(&state)
  }

  /// Takes the lock until ``unlock()``, for a protocol such as pthread_atfork(3) that no closure can span.
  @usableFromInline func lock() { unsafe pthread_mutex_lock(mutex) }

  /// Gives back what ``lock()`` took.
  @usableFromInline func unlock() { unsafe pthread_mutex_unlock(mutex) }
}
