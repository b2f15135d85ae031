import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Proportional memory")
struct ProportionalMemoryTests {
  private let tree: ProcTree
  private let log = RecordingLog()
  private let work = StepWork()

  init() throws { tree = try ProcTree() }

  private func target(_ pid: Int32) -> ProportionalMemoryInput.Target {
    (
      WatchedProcess(service: "api", pid: pid, startTicks: 1),
      LabelSet([("service", "api"), ("pid", String(pid)), ("name", "app")])
    )
  }

  private func lines(_ input: ProportionalMemoryInput) -> [String] {
    input.sample(at: tree.now)
    tree.pass(60)
    return RecordingSink.of(input).lines.map { $0.replacing(/name="app",|,service="api"/, with: "") }
  }

  @Test("Processes are read once a minute; one that ends, or has no memory, is absent")
  func read() throws {
    try tree.write("10/smaps_rollup", "Pss:   4 kB\nSwapPss:   1 kB\n")
    try tree.write("11/smaps_rollup", "")
    var targets = [target(10), target(11), target(12)]
    let input = ProportionalMemoryInput(paths: tree.paths, work: work, log: log) { targets }
    #expect(input.interval == Limits.proportionalSeconds)
    let wanted = [
      #"vitals_process_proportional_memory_bytes{pid="10"} 4096.0"#,
      #"vitals_process_proportional_swap_bytes{pid="10"} 1024.0"#, "vitals_process_proportional_left_out 0.0",
    ]
    for _ in 0..<2 { #expect(lines(input) == wanted) }
    targets.removeFirst()
    #expect(RecordingSink.of(input).lines == ["vitals_process_proportional_left_out 0.0"])
    targets = []
    #expect(lines(input) == [])
    #expect(log.lines == [])
  }

  @Test("Those that a reading had no time for are counted, and are the next one's first")
  func time() throws {
    for pid in [10, 11] { try tree.write("\(pid)/smaps_rollup", "Pss:   4 kB\n") }
    let input = ProportionalMemoryInput(paths: tree.paths, work: work, log: log, seconds: 0) {
      [target(10), target(11)]
    }
    #expect(lines(input) == ["vitals_process_proportional_left_out 2.0"])
  }

  @Test("A reading that does not come back leaves nothing known")
  func stuck() throws {
    try tree.write("10/smaps_rollup", "Pss:   4 kB\n")
    let input = ProportionalMemoryInput(paths: tree.paths, work: work, log: log) { [target(10)] }
    #expect(lines(input).count == 2)
    work.way = .stuck
    #expect(lines(input) == [])
    work.way = .prompt
    #expect(lines(input).count == 2)
  }

  @Test("What may not be read is absent, and said once", .enabled(if: geteuid() != 0))
  func denied() throws {
    try tree.write("10/smaps_rollup", "Pss:   4 kB\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: tree.folder.appendingPathComponent("10/smaps_rollup").path)
    let input = ProportionalMemoryInput(paths: tree.paths, work: work, log: log) { [target(10)] }
    for _ in 0..<2 { #expect(lines(input) == ["vitals_process_proportional_left_out 0.0"]) }
    #expect(log.lines.count == 1)
  }

  @Test("It runs only when it is asked for")
  func choice() throws {
    for (list, isThere) in [(nil, false), ("default,proportional", true), ("proportional", true), ("processes", false)]
    {
      let choice = try list.map { try InputChoice($0, names: ["proportional"]) } ?? .standard
      let pipeline = Pipeline(
        paths: tree.paths, watches: [], sources: [], fromStart: false, choice: choice, clock: HTTPTestClock(),
        work: work,
        log: log, collectors: [])
      pipeline.tick(tree.now, missed: 0)
      let text = String(decoding: pipeline.exposition(.text), as: UTF8.self)
      #expect(text.contains(#"input="proportional""#) == isThere, "\(list ?? "")")
    }
  }
}
