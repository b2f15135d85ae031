import Testing

@testable import VitalsAgent

@Suite("A thread's time, dealt out")
struct ThreadClockTests {
  private let tally = WaitTally(service: "a", pid: 1, threadName: "t")
  private static let ms: UInt64 = 1_000_000

  private func reading(_ run: UInt64, _ delay: UInt64, _ slices: UInt64) throws -> ThreadClock.Reading {
    let text = Array("\(run * Self.ms) \(delay * Self.ms) \(slices)\n".utf8)
    let reading = ThreadClock.Reading(text.span)
    return try #require(reading)
  }

  private func milliseconds(_ kind: WaitKind) -> UInt64 { tally.nanoseconds[kind.rawValue] / Self.ms }

  @Test("Running, queueing and waiting add up to the time that passed")
  func sum() throws {
    var clock = ThreadClock(try reading(100, 10, 5), boot: 0)
    clock.advance(try reading(110, 12, 9), .init(kind: .futex, isMutex: true), boot: 50 * Self.ms, into: tally)
    #expect(milliseconds(.run) == 10)
    #expect(milliseconds(.runnable) == 2)
    #expect(milliseconds(.futex) == 38)
    #expect(tally.mutexNanoseconds == 38 * Self.ms)
    #expect(tally.nanoseconds.reduce(0, +) == 50 * Self.ms)
  }

  @Test("What passed while looks found it running goes to the next wait that is seen")
  func pending() throws {
    var clock = ThreadClock(try reading(0, 0, 1), boot: 0)
    clock.advance(try reading(10, 0, 2), nil, boot: 50 * Self.ms, into: tally)
    #expect(tally.nanoseconds.reduce(0, +) == 10 * Self.ms)
    clock.advance(try reading(20, 0, 3), .init(kind: .disk), boot: 100 * Self.ms, into: tally)
    #expect(milliseconds(.disk) == 80)
  }

  @Test("Running time that the kernel books late is not waited too")
  func late() throws {
    var clock = ThreadClock(try reading(0, 0, 1), boot: 0)
    clock.advance(try reading(54, 0, 1), nil, boot: 50 * Self.ms, into: tally)
    clock.advance(try reading(100, 0, 2), .init(kind: .poll), boot: 100 * Self.ms, into: tally)
    #expect(milliseconds(.run) == 100)
    #expect(milliseconds(.poll) == 0)
  }

  @Test("A thread that had no CPU since waits for the same; one that had is looked at again")
  func unchanged() throws {
    var clock = ThreadClock(try reading(0, 0, 1), boot: 0)
    #expect(clock.unchanged(try reading(0, 0, 1)) == nil)
    clock.advance(try reading(0, 0, 1), .init(kind: .pipe), boot: 1, into: tally)
    #expect(clock.unchanged(try reading(0, 0, 1)) == .init(kind: .pipe))
    #expect(clock.unchanged(try reading(0, 0, 2)) == nil)
  }

  static let gaps: [(run: UInt64, delay: UInt64, boot: UInt64)] = [
    (100, 100, 20_000), (99, 100, 50), (100, 99, 50), (100, 100, 0),
  ]

  @Test("A gap, a step back and another thread under the id are not dealt out, and are a fresh start", arguments: gaps)
  func gap(run: UInt64, delay: UInt64, boot: UInt64) throws {
    var clock = ThreadClock(try reading(100, 100, 5), boot: 1 * Self.ms)
    clock.advance(try reading(run, delay, 6), .init(kind: .sleep), boot: boot * Self.ms, into: tally)
    #expect(tally.nanoseconds.reduce(0, +) == 0)
    clock.advance(try reading(run, delay, 6), .init(kind: .sleep), boot: (boot + 10) * Self.ms, into: tally)
    #expect(milliseconds(.sleep) == 10)
  }
}
