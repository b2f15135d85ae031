// The few threads that run callbacks with a time limit, so that a scrape can leave a late one behind: nothing can be
// stopped that runs on the scrape's own thread. There is none before the first such callback; a thread is made when a job
// finds none free, and then stays: about 20 µs a job to wake one, and its touched stack. A late callback keeps its thread;
// when all are kept, further jobs wait, and are late themselves.
//
// Signals are blocked in them, so that the host's handlers run where they always did. In the child of a fork none of
// them exists; new ones are made there.
//
// The file is unsafe because it makes pthreads.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A bounded pool of threads. Thread-safe.
@safe final class HelperThreads: Sendable {
  typealias Job = @Sendable () -> Void

  private struct State: Sendable {
    var jobs: [Job] = []
    var threads = 0
    var free = 0
  }

  /// The process's.
  static let shared = HelperThreads()

  private let monitor = Monitor(State())

  private init() {
    _ = pthread_atfork(
      { HelperThreads.shared.monitor.lock() }, { HelperThreads.shared.monitor.unlock() },
      {
        HelperThreads.shared.monitor.set(State())
        HelperThreads.shared.monitor.unlock()
      })
  }

  /// Runs a job on one of the threads, when one is free. False when none can be made at all.
  func run(_ job: @escaping Job) -> Bool {
    let mustMake = monitor.change { state -> Bool in
      state.jobs.append(job)
      let mustMake = state.jobs.count > state.free && state.threads < MetricsLimits.helperThreads
      if mustMake { state.threads += 1 }
      return mustMake
    }
    if !mustMake || start() { return true }
    return monitor.withLock { state in
      state.threads -= 1
      if state.threads > 0 { return true }
      state.jobs.removeAll()
      return false
    }
  }

  private func start() -> Bool {
    BlockedSignals.during {
      #if canImport(Darwin)
        var thread: pthread_t?
        let isMade = unsafe pthread_create(&thread, nil, { _ in HelperThreads.shared.work() }, nil) == 0
        if isMade, let thread = unsafe thread { unsafe pthread_detach(thread) }
      #else
        var thread = pthread_t()
        let isMade = unsafe pthread_create(&thread, nil, { _ in HelperThreads.shared.work() }, nil) == 0
        if isMade { pthread_detach(thread) }
      #endif
      return isMade
    }
  }

  private func work() -> Never {
    while true {
      monitor.withLock { $0.free += 1 }
      let job = monitor.wait(until: nil) { state -> Job? in
        if state.jobs.isEmpty { return nil }
        state.free -= 1
        return state.jobs.removeFirst()
      }
      job?()
    }
  }

  /// A number that no other running thread has.
  static var currentThread: UInt {
    #if canImport(Darwin) || canImport(Musl)
      unsafe UInt(bitPattern: pthread_self())
    #else
      UInt(pthread_self())
    #endif
  }
}
