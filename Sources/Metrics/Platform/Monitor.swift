// State with a lock and a way to wait until it changes, until a moment of the monotonic clock. It stands beside Locked,
// because most state is never waited for and a condition costs 48 bytes more.
//
// The file is unsafe because pthread mutexes and conditions need fixed addresses; the class owns both.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no pthread_cond known on this platform")
#endif

/// State that one thread at a time may touch and others wait for. Thread-safe.
@safe final class Monitor<State: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  init(_ state: State) {
    self.state = state
    unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    unsafe condition.initialize(to: pthread_cond_t())
    #if canImport(Darwin)
      unsafe pthread_cond_init(condition, nil)
    #else
      var attributes = pthread_condattr_t()
      unsafe pthread_condattr_init(&attributes)
      unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
      unsafe pthread_cond_init(condition, &attributes)
      unsafe pthread_condattr_destroy(&attributes)
    #endif
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe condition.deallocate()
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs `body` with the state while no other thread can.
  func withLock<Result>(_ body: (inout State) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&state)
  }

  /// As ``withLock(_:)``, and wakes who waits.
  func change<Result>(_ body: (inout State) -> Result) -> Result {
    defer { unsafe pthread_cond_broadcast(condition) }
    return withLock(body)
  }

  /// Waits until `body` gives something, and gives that; nil when it has not by the moment. Nil waits for ever.
  func wait<Result>(until end: ContinuousClock.Instant?, _ body: (inout State) -> Result?) -> Result? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&state) { return result }
      guard let end else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      let left = ContinuousClock.now.duration(to: end)
      if left <= .zero { return nil }
      sleep(min(left, .seconds(3_600)))
    }
  }

  private func sleep(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    #if canImport(Darwin)
      var relative = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
      unsafe _ = pthread_cond_timedwait_relative_np(condition, mutex, &relative)
    #else
      var moment = timespec()
      _ = unsafe clock_gettime(CLOCK_MONOTONIC, &moment)
      let nanoseconds = Int(moment.tv_nsec) + Int(attoseconds / 1_000_000_000)
      moment.tv_sec += .init(Int(seconds) + nanoseconds / 1_000_000_000)
      moment.tv_nsec = .init(nanoseconds % 1_000_000_000)
      unsafe _ = pthread_cond_timedwait(condition, mutex, &moment)
    #endif
  }

  /// Takes the lock until ``unlock()``, for pthread_atfork(3).
  func lock() { unsafe pthread_mutex_lock(mutex) }

  /// Replaces the state while the lock is held.
  func set(_ state: State) { self.state = state }

  /// Gives back what ``lock()`` took.
  func unlock() { unsafe pthread_mutex_unlock(mutex) }
}
