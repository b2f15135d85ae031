import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// Lines that were written before the agent could read them count at their own second.
@Suite("What was logged meanwhile") struct BacklogTests {
  private let folder: LogFolder
  private let work = StepWork()
  private let log = RecordingLog()
  private let history = History()
  private let start = Moment(boot: 5_000_000_000, real: 1_700_000_000_000_000_000)

  init() throws { folder = try LogFolder() }

  private func write(_ seconds: [Double?], to name: String = "app.log") throws {
    let lines = seconds.map { second in
      let time = second.map { #","timestamp":"\#(EventLine.time(at($0)))""# } ?? ""
      return #"{"method":"GET","path":"/x","status":200,"level":"info"\#(time)}"# + "\n"
    }
    try folder.append(lines.joined(), to: name)
  }

  private func at(_ seconds: Double) -> Moment {
    Moment(
      boot: UInt64(bitPattern: Int64(start.boot) + Int64(seconds * 1e9)),
      real: UInt64(Int64(start.real) + Int64(seconds * 1e9)))
  }

  private func input(_ names: [String] = ["app.log"]) -> LogInput {
    LogInput(
      sources: names.map { LogSource(service: "api", path: folder.path($0)) }, fromStart: true, work: work, log: log,
      history: history)
  }

  private func tick(_ input: LogInput, _ seconds: Double) { history.take(tickOf: input, at: at(seconds)) }

  /// The requests of the second that ends so many seconds after the start.
  private func requests(_ seconds: Double) -> Double? {
    history.series("http_requests_total").first?.growth(
      endingAt: history.tick(at: at(seconds).real), seconds: 1.5
    )?.amount
  }

  private func counted(_ input: LogInput, _ name: String = "http_requests_total") -> Double? {
    RecordingSink.of(input).samples.filter { $0.name == name }.map(\.value).reduce(nil) { ($0 ?? 0) + $1 }
  }

  @Test("Each line counts at its own second, and the present has no spike")
  func ownSecond() throws {
    try write([-10.5, -10.4, -9.5, -3.2, nil, -3.1])
    let input = input()
    tick(input, 0)
    tick(input, 1)
    #expect(counted(input) == 6)
    #expect(counted(input, "vitals_tail_backfill_lines_total") == 5)
    let grown: [Double?] = [-9.0, -8, -5, -3, 0, 1].map { requests($0) }
    #expect(grown == [1, 0, 0, 3, 0, 0])
    try write([1.5])
    tick(input, 2)
    #expect(requests(2) == 1 && counted(input, "vitals_tail_backfill_lines_total") == 5)
  }

  @Test(
    "Lines without a time, of another time zone or older than the history count, and make no rate",
    arguments: [[nil, nil], [-5_000, -4_000], [3_600, 7_200], [nil, 3_600]] as [[Double?]])
  func noSecond(seconds: [Double?]) throws {
    try write(seconds)
    let input = input()
    for second in 0..<5 { tick(input, Double(second)) }
    #expect(counted(input) == 2)
    for second in -5..<5 { #expect(requests(Double(second)) ?? 0 == 0) }
  }

  @Test("The logs of one service are taken in the order of their lines' times")
  func several() throws {
    try write([-30, -20, -10], to: "a")
    try write([-25, -20, -15, -5], to: "b")
    try write([nil], to: "c")
    let input = input(["a", "b", "c"])
    tick(input, 0)
    tick(input, 1)
    #expect(counted(input) == 8)
    let grown: [Double?] = [-25.0, -20, -15, -10, -5, 0].map { requests($0) }
    #expect(grown == [1, 2, 1, 1, 1, 0])
  }

  @Test("What cannot be read in time is waited for a while, and its service's counters are not shown half way up")
  func waits() throws {
    try write([-10])
    try write([-20], to: "b")
    work.way = .refused
    let input = input(["app.log", "b"])
    for second in 0..<3 { tick(input, Double(second)) }
    #expect(counted(input) == nil)
    work.way = .prompt
    for second in 3..<50 { tick(input, Double(second)) }
    #expect(counted(input) == 2)
    for second in 0..<50 { #expect(requests(Double(second)) ?? 0 == 0) }
  }

  @Test("Time is up: what is read then counts when it is read, and that is said")
  func expires() throws {
    try write([-10])
    work.way = .refused
    let input = input()
    for second in 0...Int(Limits.backlogSeconds) + 1 { tick(input, Double(second)) }
    #expect(log.lines.filter { $0.contains("still being caught up with") }.count == 1)
    work.way = .prompt
    for second in 32..<50 { tick(input, Double(second)) }
    #expect(counted(input) == 1)
  }

  @Test("Ticks have the times that lie between them, and the past begins before the first")
  func ticks() {
    history.startPast(before: at(0))
    #expect(history.isEmpty && history.upcoming == Limits.historyTicks - 1)
    #expect(history.tick(at: 0) == 0 && history.tick(at: at(-1).real) == history.upcoming - 1)
    #expect(history.tick(at: at(-1.5).real) == history.upcoming - 1)
    #expect(history.tick(at: at(-0.5).real) == history.upcoming)
    history.begin(at: at(0))
    #expect(!history.isEmpty)
    history.startPast(before: at(1))
    #expect(history.span == 0..<Limits.historyTicks)
  }
}
