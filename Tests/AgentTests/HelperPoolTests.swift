import Dispatch
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Helper threads")
struct HelperPoolTests {
  /// A pool, its loop, and a gate that holds its jobs.
  final class Bench {
    let clock = HTTPTestClock()
    let loop: EventLoop
    let pool: HelperPool
    let gate = DispatchSemaphore(value: 0)
    let begun = DispatchSemaphore(value: 0)

    init() throws {
      loop = try EventLoop(clock: clock)
      pool = try HelperPool(loop: loop, clock: clock)
    }

    /// Hands over a job that stays until the gate opens, and waits until a thread has it.
    func block(_ done: @escaping (Int?) -> Void) {
      let (gate, begun) = (gate, begun)
      let work: @Sendable () -> Int = {
        begun.signal()
        gate.wait()
        return 1
      }
      pool.run("/stuck", limitSeconds: 5, work, done: done)
      begun.wait()
    }

    func turn(until condition: () -> Bool) throws {
      for _ in 0..<20_000 {
        if condition() { return }
        try loop.turn(timeoutMilliseconds: 1)
      }
      Issue.record("the loop turned 20,000 times in vain")
    }

    func metric(_ name: String) -> Double? { HTTPTestSink(pool).values[name] }
  }

  @Test("A stuck job is given up at its limit, another thread takes its place, and its late result goes nowhere")
  func stuck() throws {
    let bench = try Bench()
    var results: [Int?] = []
    bench.block { results.append($0) }
    bench.clock.advance(5)
    bench.pool.sweep(bench.clock.now())
    #expect(results.isEmpty)
    bench.clock.advance(0.001)
    bench.pool.sweep(bench.clock.now())
    #expect(results == [nil])
    #expect(bench.metric("vitals_helper_abandoned_total") == 1)
    #expect(bench.metric("vitals_helper_stuck") == 1)

    var other: String?
    bench.pool.run("/fine", limitSeconds: 5, { "fine" }, done: { other = $0 })
    try bench.turn { other == "fine" }

    bench.gate.signal()
    try bench.turn { bench.metric("vitals_helper_stuck") == 0 }
    bench.pool.sweep(bench.clock.now())
    #expect(results == [nil])
    #expect(bench.metric("vitals_helper_abandoned_total") == 1)
  }

  @Test("When every thread is stuck, what waits is given up too, and never runs")
  func allStuck() throws {
    let bench = try Bench()
    var given = 0
    for _ in 0..<Limits.helperThreads { bench.block { if $0 == nil { given += 1 } } }
    let ran = Locked(false)
    bench.pool.run("/waiting", limitSeconds: 1, { ran.withLock { $0 = true } }, done: { if $0 == nil { given += 1 } })
    bench.clock.advance(2)
    bench.pool.sweep(bench.clock.now())
    #expect(given == 1)
    bench.clock.advance(4)
    bench.pool.sweep(bench.clock.now())
    #expect(given == 1 + Limits.helperThreads)
    #expect(bench.metric("vitals_helper_stuck") == Double(Limits.helperThreads))
    #expect(bench.metric("vitals_helper_abandoned_total") == Double(1 + Limits.helperThreads))
    for _ in 0..<Limits.helperThreads { bench.gate.signal() }
    try bench.turn { bench.metric("vitals_helper_stuck") == 0 }

    var result: Int?
    bench.pool.run("/after", limitSeconds: 1, { 7 }, done: { result = $0 })
    try bench.turn { result == 7 }
    #expect(!ran.withLock { $0 })
  }

  @Test("Work past the queue's limit is refused at once and counted")
  func queue() throws {
    let bench = try Bench()
    var done = 0
    var refused = 0
    let count: (Int?) -> Void = { if $0 == nil { refused += 1 } else { done += 1 } }
    for _ in 0..<Limits.helperThreads { bench.block(count) }
    for index in 0..<Limits.helperQueue { bench.pool.run("/\(index)", limitSeconds: 5, { index }, done: count) }
    #expect(refused == 0)
    bench.pool.run("/more", limitSeconds: 5, { 0 }, done: count)
    #expect(refused == 1)
    #expect(bench.metric("vitals_helper_refused_total") == 1)
    for _ in 0..<Limits.helperThreads { bench.gate.signal() }
    try bench.turn { done == Limits.helperThreads + Limits.helperQueue }
    #expect(refused == 1)
    #expect(bench.metric("vitals_helper_abandoned_total") == 0)
  }

  @Test("Work that was done before a late sweep is not given up")
  func lateSweep() throws {
    let bench = try Bench()
    var results: [Int?] = []
    for _ in 0..<Limits.helperThreads { bench.block { results.append($0) } }
    // With every thread taken, this runs on the one whose result has just been put down.
    let finished = DispatchSemaphore(value: 0)
    bench.pool.run("/next", limitSeconds: 9, { finished.signal() }, done: { _ in })
    bench.gate.signal()
    finished.wait()
    bench.clock.advance(3_600)
    bench.pool.sweep(bench.clock.now())
    #expect(results.count == Limits.helperThreads)
    #expect(results.count { $0 == 1 } == 1)
    for _ in 1..<Limits.helperThreads { bench.gate.signal() }
    try bench.turn { bench.metric("vitals_helper_stuck") == 0 }
    #expect(results.count == Limits.helperThreads)
  }

  @Test("Results come back on the loop, one for each job")
  func results() throws {
    let bench = try Bench()
    var results: [Int] = []
    for index in 0..<100 { bench.pool.run("/\(index)", limitSeconds: 5, { index }, done: { results.append($0 ?? -1) }) }
    #expect(results.isEmpty)
    try bench.turn { results.count == 100 }
    #expect(results.sorted() == Array(0..<100))
    #expect(bench.metric("vitals_helper_jobs_total") == 100)
  }

  @Test("A pool may go while its work is under way")
  func goes() throws {
    let clock = HTTPTestClock()
    let loop = try EventLoop(clock: clock)
    let gate = DispatchSemaphore(value: 0)
    let left = DispatchSemaphore(value: 0)
    var called = false
    do {
      let pool = try HelperPool(loop: loop, clock: clock)
      let work: @Sendable () -> Void = {
        gate.wait()
        left.signal()
      }
      pool.run("/late", limitSeconds: 5, work, done: { _ in called = true })
    }
    gate.signal()
    left.wait()
    for _ in 0..<20 { try loop.turn(timeoutMilliseconds: 1) }
    #expect(!called)
  }
}
