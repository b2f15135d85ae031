// How an operation is timed: several rounds, each with a bare atomic add before it, so that a ratio compares the same
// moment of the same machine; the figures are those of the median round.
// SPDX-License-Identifier: Apache-2.0
import CHeapCount
import Foundation
import Synchronization

/// Runs and times operations.
struct Bench {
  /// What everything is compared with: one relaxed atomic add, not inlined.
  private final class BareAtomic: Sendable {
    private let value = Atomic<UInt64>(0)
    @inline(never) func add() { value.wrappingAdd(1, ordering: .relaxed) }
  }

  let rounds: Int
  private let atomic = BareAtomic()

  /// The atomic add's nanoseconds, over all rounds so far.
  private(set) var atomicNanoseconds: [Double] = []

  init(rounds: Int) { self.rounds = rounds }

  /// Times `count` calls by each thread; `body` is given the number of calls and makes them.
  mutating func time(
    _ name: String, threads: Int = 1, count: Int, _ body: @escaping @Sendable (Int) -> Void
  ) -> Measurement {
    body(min(count, 1_000))
    var times: [(nanoseconds: Double, ratio: Double)] = []
    var heap = UInt64.max
    for _ in 0..<rounds {
      let add = atomicAdd()
      let before = heap_operations()
      let each = threads == 1 ? Self.nanoseconds(count, body) : Self.nanoseconds(count, threads: threads, body)
      // What the threads themselves cost is not the operation's.
      if threads == 1 { heap = min(heap, heap_operations() - before) }
      times.append((each, each / add))
    }
    times.sort { $0.ratio < $1.ratio }
    let median = times[times.count / 2]
    let heapOperations = threads == 1 && heap_is_counted() == 1 ? Double(heap) / Double(count) : nil
    return Measurement(
      name: name, threads: threads, nanoseconds: median.nanoseconds, ratio: median.ratio,
      heapOperations: heapOperations)
  }

  /// Nanoseconds of a bare atomic add, now.
  mutating func atomicAdd() -> Double {
    let add = Self.nanoseconds(2_000_000) { [atomic] in for _ in 0..<$0 { atomic.add() } }
    atomicNanoseconds.append(add)
    return add
  }

  /// Nanoseconds a call.
  static func nanoseconds(_ count: Int, _ body: (Int) -> Void) -> Double {
    let begin = ContinuousClock.now
    body(count)
    return elapsed(since: begin) / Double(count)
  }

  /// Nanoseconds a call, for each of several threads that call at once.
  private static func nanoseconds(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void
  ) -> Double {
    let crew = Crew(threads) { body(count) }
    let begin = ContinuousClock.now
    crew.run()
    return elapsed(since: begin) / Double(count)
  }

  static func elapsed(since begin: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = begin.duration(to: .now).components
    return Double(seconds) * 1e9 + Double(attoseconds) * 1e-9
  }
}
