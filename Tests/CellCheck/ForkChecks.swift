// The child of a fork goes on counting from its parent's totals, wherever the parent's other threads were.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import VitalsMetrics

/// What is done in threads beside a fork, and in its child.
protocol CheckedFork: AnyObject, Sendable {
  /// Once more, in a thread of the parent.
  func hammer()
  /// In the child: what is wrong, or nil.
  func isRightInChild() -> Bool
}

/// Counters that are made, touched for the first time and dropped beside the fork.
final class RealFork: CheckedFork {
  private let counter = RealCounter()
  private let histogram = RealHistogram()

  func hammer() {
    let one = RealCounter()
    one.increment()
    counter.increment()
    for bucket in 0..<HistogramChecks.buckets { histogram.observe(bucket, writer: 0) }
    _ = histogram.reading
  }

  func isRightInChild() -> Bool {
    let before = counter.total
    for _ in 0..<3 { counter.increment() }
    let fresh = RealCounter()
    for _ in 0..<5 { fresh.increment() }
    let thread = Threads()
    if !Sanitizer.isThread { thread.start { [counter] in counter.increment() } }
    thread.join()
    histogram.observe(2, writer: 0)
    let (counts, sum) = histogram.reading
    let expected = counts.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
    return before > 0 && counter.total == before + (Sanitizer.isThread ? 3 : 4) && fresh.total == 5 && sum == expected
  }
}

/// Broken: a lock that nobody holds for the fork.
@safe final class UnheldLock: CheckedFork {
  private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() {
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  func hammer() {
    unsafe pthread_mutex_lock(mutex)
    for _ in 0..<10 { sched_yield() }
    unsafe pthread_mutex_unlock(mutex)
  }

  func isRightInChild() -> Bool {
    unsafe pthread_mutex_lock(mutex)
    unsafe pthread_mutex_unlock(mutex)
    return true
  }
}

enum ForkChecks {
  /// How long a child may take; it needs some milliseconds.
  private static let patience = Duration.seconds(5)

  private typealias Fork = @convention(c) () -> Int32

  /// Forks while other threads work; a child that has not answered in some seconds hangs.
  static func fork(_ subject: some CheckedFork, times: Int) -> String? {
    guard let symbol = unsafe dlsym(dlopen(nil, RTLD_NOW), "fork") else { return "no fork" }
    let fork = unsafe unsafeBitCast(symbol, to: Fork.self)
    let isDone = Atomic<Bool>(false)
    let threads = Threads()
    for _ in 0..<3 { subject.hammer() }
    for _ in 0..<3 { threads.start { while !isDone.load(ordering: .acquiring) { subject.hammer() } } }
    var faults = 0
    for _ in 0..<times {
      let child = fork()
      if child == 0 { _exit(subject.isRightInChild() ? 0 : 1) }
      if status(of: child) != 0 {
        faults += 1
        break
      }
    }
    isDone.store(true, ordering: .releasing)
    threads.join()
    return faults == 0 ? nil : "a child hung or counted wrong"
  }

  /// A child's exit status; one that hangs is killed. Not by alarm(2), which a blocked signal mask may swallow.
  private static func status(of child: Int32) -> Int32 {
    let end = ContinuousClock.now.advanced(by: patience)
    var status: Int32 = 0
    while unsafe waitpid(child, &status, WNOHANG) == 0 {
      if ContinuousClock.now < end {
        usleep(1_000)
        continue
      }
      kill(child, SIGKILL)
      unsafe waitpid(child, &status, 0)
      return -1
    }
    return status
  }
}
