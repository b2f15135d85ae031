import Foundation
import Testing

@testable import VitalsAgent

/// Which processes are known not to have run, and what is kept of them.
@Suite("Processes that rest") struct RestingProcessesTests {
  private let tree: ProcTree

  init() throws { tree = try ProcTree() }

  private func rests(_ heldFiles: Int = 10) -> RestingProcesses {
    RestingProcesses(proc: tree.paths.proc, heldFiles: heldFiles)
  }

  /// The marks at the next tick.
  private func marks(_ rests: RestingProcesses, _ pids: Int32...) -> [Int32: RestMark] {
    tree.pass()
    return rests.marks([ServiceProcesses(service: "api", pids: pids, isNamed: true)], at: tree.now)
  }

  private func process(_ pid: Int, _ run: String = "1836201 52110 4\n", start: UInt64 = 100) throws {
    try tree.process(pid, "worker", start: start, threads: 1)
    try tree.write("\(pid)/schedstat", run)
  }

  private func run(_ text: String) throws -> ThreadClock.Reading {
    let bytes = Array(text.utf8)
    let reading = ThreadClock.Reading(bytes.span)
    return try #require(reading)
  }

  static let unknown: [(run: String?, state: String, threads: Int)] = [
    (nil, "S", 1), ("", "S", 1), ("\n", "S", 1), ("5 6", "S", 1), ("5 6 x\n", "S", 1), ("-5 6 7\n", "S", 1),
    ("0 0 0\n", "S", 1), ("18446744073709551616 0 1\n", "S", 1), ("5 6 7\n", "R", 1), ("5 6 7\n", "Z", 1),
    ("5 6 7\n", "X", 1), ("5 6 7\n", "S", 2), ("5 6 7\n", "S", 0), ("5 6 7\n", "Z", 3),
  ]

  @Test("A process of which it is not certain has no mark", arguments: unknown)
  func uncertain(run: String?, state: String, threads: Int) throws {
    try tree.process(10, "worker", state: state, threads: threads)
    if let run { try tree.write("10/schedstat", run) }
    let rests = rests()
    for _ in 0..<40 { #expect(marks(rests, 10).isEmpty) }
    #expect(rests.openFiles == 0)
  }

  @Test("Without its stat, or when it is gone, a process has no mark")
  func gone() throws {
    let rests = rests()
    try tree.write("10/schedstat", "5 6 7\n")
    #expect(marks(rests, 10, 11).isEmpty)
    try tree.write("10/stat", "10 (app")
    #expect(marks(rests, 10).isEmpty)
  }

  @Test(
    "A mark stays as long as the process has not run, and is another one then",
    arguments: ["1836202 52110 4\n", "1836201 52111 4\n", "1836201 52110 5\n"])
  func ran(later: String) throws {
    try process(10)
    let rests = rests()
    let first = marks(rests, 10)
    #expect(first[10] == RestMark(startTicks: 100, run: try run("1836201 52110 4")))
    for _ in 0..<5 { #expect(marks(rests, 10) == first) }
    try tree.write("10/schedstat", later)
    let second = marks(rests, 10)
    #expect(second[10] != nil && second != first)
    #expect(marks(rests, 10) == second)
    // Another process has the id, and a second thread is no rest.
    try process(10, "99 1 1\n", start: 500)
    #expect(marks(rests, 10)[10]?.startTicks == 500)
    try tree.process(10, "worker", start: 500, threads: 2)
    try tree.write("10/schedstat", "99 1 2\n")
    #expect(marks(rests, 10).isEmpty)
  }

  @Test("One that runs between all looks is asked ever more rarely, and known again soon after it came to rest")
  func restless() throws {
    try process(10)
    let rests = rests()
    var asked: [Int] = []
    for look in 0..<80 {
      try tree.write("10/schedstat", "\(look + 5) 6 7\n")
      if marks(rests, 10)[10] != nil { asked.append(look) }
    }
    #expect(asked == [0, 1, 3, 7, 15, 31, 47, 63, 79])
    var looks = 0
    while marks(rests, 10).isEmpty { looks += 1 }
    #expect(looks == Limits.restPause)
    for _ in 0..<20 { #expect(marks(rests, 10).count == 1) }
  }

  @Test("Files of those that rest are kept open up to the limit, and closed when they run, end or are nobody's")
  func files() throws {
    for pid in 10..<14 { try process(pid) }
    let rests = rests(2)
    func all() -> Int { marks(rests, 10, 11, 12, 13).count }
    #expect(all() == 4 && rests.openFiles == 0)
    for _ in 0..<3 { #expect(all() == 4 && rests.openFiles == 2) }
    try process(10, "7 7 7\n")
    #expect(all() == 4 && rests.openFiles == 2)
    #expect(marks(rests, 10, 13).count == 2 && rests.openFiles == 0)
    #expect(marks(rests, 10, 13).count == 2 && rests.openFiles == 2)
    #expect(marks(rests, 12).count == 1 && rests.openFiles == 0)
    #expect(marks(rests).isEmpty && rests.openFiles == 0)
  }

  @Test("Who looks because of the same tick gets the same marks")
  func sameTick() throws {
    try process(10)
    let rests = rests()
    let first = marks(rests, 10)
    try tree.write("10/schedstat", "7 7 7\n")
    let services = [ServiceProcesses(service: "api", pids: [10, 11], isNamed: true)]
    #expect(rests.marks(services, at: tree.now) == first)
    #expect(marks(rests, 10) != first)
  }

  @Test("Marks that somebody else has taken stand, and their processes are not asked a second time")
  func given() throws {
    try process(10)
    try process(11)
    let rests = rests()
    for _ in 0..<2 { #expect(marks(rests, 10, 11).count == 2) }
    #expect(rests.openFiles == 2)
    let other = RestMark(startTicks: 100, run: try run("9 9 9"))
    rests.give([10: other])
    #expect(marks(rests, 10, 11)[10] == other && rests.openFiles == 1)
    rests.give([:])
    #expect(marks(rests, 10, 11)[10]?.run == (try run("1836201 52110 4")))
  }

  @Test("The sockets of a process that rests are remembered, those of others looked up each time")
  func sockets() throws {
    try tree.link("10/fd/3", to: "socket:[77]")
    let mark = RestMark(startTicks: 100, run: try run("1 1 1"))
    var held = HeldSockets(proc: tree.paths.proc)
    func search(_ mark: RestMark?) -> [UInt64] {
      var found: [UInt64] = []
      held.begin()
      _ = held.each(10, mark) { found.append($0) }
      held.end()
      return found.sorted()
    }
    #expect(search(nil) == [77] && search(mark) == [77])
    try tree.link("10/fd/4", to: "socket:[78]")
    #expect(search(mark) == [77])
    #expect(search(RestMark(startTicks: 100, run: try run("1 1 2"))) == [77, 78])
    try tree.remove("10/fd/3")
    #expect(search(nil) == [78])
  }

  @Test("Finds hold for their mark, within a size, and are made anew now and then")
  func finds() throws {
    func mark(_ run: String) throws -> RestMark {
      RestMark(startTicks: 1, run: try self.run(run))
    }
    let (first, second) = (try mark("1 1 1"), try mark("2 1 2"))
    var finds = RestFinds<String>(limit: 10)
    finds.begin()
    finds.keep("a", 1, first, size: 6)
    finds.keep("no room", 2, first, size: 5)
    finds.keep("no mark", 3, nil, size: 1)
    finds.keep("b", 4, first, size: 4)
    finds.end()
    #expect(finds.size == 10)
    finds.begin()
    #expect(finds.find(1, first) == "a")
    #expect(finds.find(2, first) == nil && finds.find(3, nil) == nil)
    #expect(finds.find(4, second) == nil)
    #expect(finds.find(4, first) == nil)
    finds.end()
    #expect(finds.size == 6)
    var looks = 0
    var isKept = true
    while isKept {
      finds.begin()
      looks += 1
      isKept = finds.find(1, first) != nil
      finds.end()
    }
    #expect(looks < Limits.restLooks && finds.size == 0)
    finds.keep("a", 1, first, size: 6)
    finds.begin()
    finds.end()
    #expect(finds.size == 0)
  }
}
