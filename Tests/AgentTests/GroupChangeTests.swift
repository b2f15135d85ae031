import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Process groups that change")
struct GroupChangeTests {
  /// Processes as a test says.
  private final class Source: GroupSource {
    var members: [(service: String, pid: Int32, user: UInt64)] = []
    var absent: Set<Int32> = []
    var walks = 0
    /// Of all of them.
    var mark: RestMark?

    func forEachMember(_ body: GroupVisitor) {
      for (service, pid, user) in members {
        let text = Array(ProcTree.stat(Int(pid), "a", user: user, threads: 1).utf8)
        if let stat = ProcessStat(text.span) { body(service, pid, stat, ProcessFigures(), mark) }
      }
    }

    func isThere(_ pid: Int32, startTicks: UInt64) -> Bool { absent.contains(pid) }
  }

  private let tree: ProcTree
  private let source = Source()
  private let input: GroupInput

  init() throws {
    tree = try ProcTree()
    input = GroupInput(paths: tree.paths, named: ["named"], heldFiles: 0, source: source)
  }

  private func tick(_ members: (String, Int32, UInt64)...) -> [String: Double] {
    source.members = members.map { (service: $0.0, pid: $0.1, user: $0.2) }
    source.walks += 1
    input.sample(at: tree.now)
    tree.pass()
    var found: [String: Double] = [:]
    for sample in RecordingSink.of(input).samples where sample.labels["mode"] == "user" {
      found[sample.labels["groupname"] ?? ""] = sample.value
    }
    return found
  }

  @Test("A process that changes its group counts on there, and what it counted stays")
  func moves() {
    _ = tick(("a", 10, 100))
    #expect(tick(("a", 10, 200)) == ["a": 1])
    #expect(tick(("b", 10, 500)) == ["a": 1, "b": 3])
  }

  @Test("A process that was in no group for a while counts from its return, one that began anew from its first sight")
  func returns() {
    source.absent = [10]
    _ = tick(("a", 10, 100))
    _ = tick()
    #expect(tick(("a", 10, 900)) == ["a": 0])
    #expect(tick(("a", 10, 950)) == ["a": 0.5])
    source.absent = []
    _ = tick()
    #expect(tick(("a", 10, 990)) == ["a": 0.5])
  }

  @Test("Groups that have ended are kept up to a limit, then the oldest is forgotten, but none that somebody asked for")
  func forgotten() {
    _ = tick(("named", 1, 0))
    let count = Int32(Limits.emptyGroups)
    for number in 0..<count + 2 { _ = tick(("g\(number)", 10 + number, 0)) }
    let left = tick()
    #expect(left.count == Limits.emptyGroups + 1)
    #expect(left["named"] != nil && left["g0"] == nil && left["g1"] == nil && left["g2"] != nil)
    #expect(RecordingSink.of(input)["vitals_group_forgotten_total"] == 2)
    for number in 0..<4 {
      _ = tick(("a\(number)", 1_000, 0), ("b\(number)", 1_001, 0), ("c\(number)", 1_002, 0), ("d\(number)", 1_003, 0))
    }
    #expect(tick().count == Limits.emptyGroups + 1)
    #expect(RecordingSink.of(input)["vitals_group_forgotten_total"] == 18)
  }

  @Test("Where a process sleeps that has not run since is not looked up again")
  func sleeps() throws {
    func mark(_ slices: UInt64) throws -> RestMark {
      let bytes = Array("5 6 \(slices)\n".utf8)
      let reading = RestMark.run(bytes.span)
      return RestMark(startTicks: 100, run: try #require(reading))
    }
    func channel(_ text: String, _ mark: RestMark?) throws -> String? {
      try tree.write("10/wchan", text)
      source.mark = mark
      tree.pass(UInt64(Limits.groupSleepSeconds))
      _ = tick(("a", 10, 0))
      let samples = RecordingSink.of(input).samples
      return samples.first { $0.name == "namedprocess_namegroup_threads_wchan" }?.labels["wchan"]
    }
    #expect(try channel("first", mark(1)) == "first")
    #expect(try channel("second", mark(1)) == "first")
    #expect(try channel("third", mark(2)) == "third")
    #expect(try channel("fourth", nil) == "fourth")
    #expect(try channel("fifth", nil) == "fifth")
    #expect(try channel("sixth", mark(2)) == "sixth")
    #expect(try channel("seventh", mark(2)) == "sixth")
  }
}
