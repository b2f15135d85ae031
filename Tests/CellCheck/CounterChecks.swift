// Totals of counters are exact, whatever threads come and go.
// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation
import Synchronization
import VitalsMetrics

enum CounterChecks {
  private static let perThread = 1_000

  /// Threads that start and end all the time, of POSIX, Dispatch and Swift, while somebody reads.
  static func churn(_ counter: some CheckedCounter, increments: Int) -> String? {
    let rounds = max(1, increments / (4 * perThread))
    let isDone = Atomic<Bool>(false)
    let backwards = Atomic<Int>(0)
    let lanes = Threads()
    let reader = Threads()
    withExtendedLifetime(counter) {
      reader.start { watch(counter, isDone, backwards) }
      for _ in 0..<2 { lanes.start { posixLane(counter, rounds) } }
      lanes.start { dispatchLane(counter, rounds) }
      lanes.start { taskLane(counter, rounds) }
      lanes.join()
      isDone.store(true, ordering: .releasing)
      reader.join()
    }
    if backwards.load(ordering: .relaxed) > 0 { return "a reading went backwards" }
    return fault(counter, UInt64(4 * rounds * perThread))
  }

  private static func fault(_ counter: some CheckedCounter, _ expected: UInt64) -> String? {
    counter.total == expected ? nil : "total \(counter.total) instead of \(expected)"
  }

  private static func watch(
    _ counter: some CheckedCounter, _ isDone: borrowing Atomic<Bool>, _ backwards: borrowing Atomic<Int>
  ) {
    var last: UInt64 = 0
    while !isDone.load(ordering: .acquiring) {
      let now = counter.total
      if now < last { backwards.wrappingAdd(1, ordering: .relaxed) }
      last = now
    }
  }

  private static func posixLane(_ counter: some CheckedCounter, _ rounds: Int) {
    for _ in 0..<rounds {
      let one = Threads()
      one.start { count(counter) }
      one.join()
    }
  }

  private static func dispatchLane(_ counter: some CheckedCounter, _ rounds: Int) {
    let group = DispatchGroup()
    for _ in 0..<rounds { DispatchQueue.global().async(group: group) { count(counter) } }
    group.wait()
  }

  private static func taskLane(_ counter: some CheckedCounter, _ rounds: Int) {
    let isDone = DispatchSemaphore(value: 0)
    Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<rounds { group.addTask { count(counter) } }
      }
      isDone.signal()
    }
    isDone.wait()
  }

  private static func count(_ counter: some CheckedCounter) {
    for _ in 0..<perThread { counter.increment() }
  }

  /// More threads at once than there are cells for.
  static func manyThreads(_ counter: some CheckedCounter, increments: Int) -> String? {
    let threads = Sanitizer.isThread ? 64 : CellSpace.threads + 100
    if Sanitizer.isThread { CellSpace.shared.limitThreads(to: 8) }
    let each = max(100, increments / threads)
    let arrived = Atomic<Int>(0)
    let isOpen = Atomic<Bool>(false)
    let all = Threads()
    var started = 0
    for _ in 0..<threads {
      let isStarted = all.start {
        counter.increment()
        arrived.wrappingAdd(1, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) { sched_yield() }
        for _ in 1..<each {
          counter.increment()
          if each & 15 == 0 { sched_yield() }
        }
      }
      if isStarted { started += 1 }
    }
    while arrived.load(ordering: .acquiring) < started { sched_yield() }
    isOpen.store(true, ordering: .releasing)
    all.join()
    if started < threads { return "only \(started) threads" }
    return fault(counter, UInt64(started * each))
  }

  private static let perRound = 2_000

  /// What a pthread key holds for its destructor.
  private final class Farewell: Sendable {
    let key: pthread_key_t
    let counter: any CheckedCounter
    let times: Atomic<Int>

    init(_ key: pthread_key_t, _ counter: any CheckedCounter, times: Int) {
      self.key = key
      self.counter = counter
      self.times = Atomic(times)
    }
  }

  /// Threads that count in the destructors of pthread keys, before and after the library's own.
  static func destructors(_ counter: some CheckedCounter, increments: Int) -> String? {
    let before = makeKey()
    counter.increment()
    let after = makeKey()
    let threads = max(40, increments / (6 * perRound))
    let lanes = Threads()
    for _ in 0..<4 {
      lanes.start {
        for _ in 0..<(threads / 4) {
          let one = Threads()
          one.start {
            for key in [before, after] {
              let farewell = Farewell(key, counter, times: 3)
              unsafe pthread_setspecific(key, Unmanaged.passRetained(farewell).toOpaque())
            }
          }
          one.join()
        }
      }
    }
    lanes.join()
    return fault(counter, UInt64(1 + threads / 4 * 4 * 6 * perRound))
  }

  /// A key whose destructor counts, and sets itself again as often as it is told.
  private static func makeKey() -> pthread_key_t {
    var key = pthread_key_t()
    unsafe pthread_key_create(&key) { value in
      #if canImport(Darwin)
        let farewell = unsafe Unmanaged<Farewell>.fromOpaque(value).takeRetainedValue()
      #else
        guard let value = unsafe value else { return }
        let farewell = unsafe Unmanaged<Farewell>.fromOpaque(value).takeRetainedValue()
      #endif
      for _ in 0..<CounterChecks.perRound { farewell.counter.increment() }
      if farewell.times.wrappingSubtract(1, ordering: .relaxed).newValue > 0 {
        unsafe pthread_setspecific(farewell.key, Unmanaged.passRetained(farewell).toOpaque())
      }
    }
    return key
  }
}
