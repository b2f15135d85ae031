import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Processes that become other programs, and that end")
struct ProcessExecTests {
  private let tree: ProcTree
  private let log = RecordingLog()
  private let worker = ["python3", "worker.py"]

  init() throws {
    tree = try ProcTree()
    try tree.process(1, "init", parent: 0)
    try tree.process(91, "vitals")
    try tree.link("self", to: "91")
  }

  private func input() throws -> ProcessInput {
    ProcessInput(paths: tree.paths, watches: [try Watch.parse("w=cmd:*worker.py*")], log: log)
  }

  /// How many processes the service has after a sample.
  private func count(_ input: ProcessInput) -> Double? {
    input.sample(at: tree.now)
    tree.pass()
    return RecordingSink.of(input)["vitals_service_processes", #"service="w""#]
  }

  /// What stat shows of a child before and after its exec, the name being the same.
  static let execs: [(String, flags: Int, stack: Int, Int, Int)] = [
    ("the first exec after the fork, for any user", 0x40_0140, 0, 0x40_0100, 0),
    ("a further exec, for who may trace it", 0x40_0100, 140_724_802_896_224, 0x40_0100, 140_724_802_896_000),
  ]

  @Test("An exec that keeps the name is seen at once", arguments: execs)
  func exec(what: String, flags: Int, stack: Int, newFlags: Int, newStack: Int) throws {
    try tree.process(10, "python3", command: ["python3", "supervisor.py"], flags: flags, stack: stack)
    let input = try input()
    #expect(count(input) == 0)
    try tree.process(10, "python3", command: worker, flags: newFlags, stack: newStack)
    #expect(count(input) == 1)
  }

  @Test("Where stat shows nothing of an exec, a young process is looked at again, and one whose size has changed")
  func hints() throws {
    let start = tree.now.boot / 10_000_000 - 100
    try tree.process(10, "python3", start: start, command: ["python3", "supervisor.py"])
    try tree.process(11, "python3", command: ["python3", "supervisor.py"])
    let input = try input()
    #expect(count(input) == 0)
    try tree.process(10, "python3", start: start, command: worker)
    #expect(count(input) == 1)
    try tree.process(11, "python3", command: worker, size: 4_096)
    #expect(count(input) == 2)
  }

  @Test("A command line that is written over is seen within its time, and not read at each walk before")
  func title() throws {
    try tree.process(10, "python3", command: ["python3", "supervisor.py"])
    let input = try input()
    #expect(count(input) == 0)
    try tree.process(10, "python3", command: worker)
    #expect(count(input) == 0)
    tree.pass(UInt64(Limits.identityRenewSeconds))
    #expect(count(input) == 1)
  }

  @Test("Many suspicions are shared out over walks, so that all have their turn")
  func many() throws {
    let pids = 1_000..<(1_000 + Limits.identityReads * 2)
    for pid in pids { try tree.process(pid, "python3", command: ["python3", "supervisor.py"]) }
    let input = try input()
    #expect(count(input) == 0)
    for pid in pids { try tree.process(pid, "python3", command: worker, size: 1) }
    #expect(count(input) == Double(Limits.identityReads))
    for pid in pids { try tree.process(pid, "python3", command: worker, size: 2) }
    #expect(count(input) == Double(pids.count))
  }

  @Test("A zombie is no process of a service; what it started is", arguments: ["Z", "X"])
  func zombie(state: String) throws {
    try tree.process(10, "python3", command: worker)
    try tree.process(11, "child", parent: 10)
    let input = try input()
    #expect(count(input) == 2)
    // Its memory has gone, and its command line with it.
    try tree.process(10, "python3", state: state, threads: 1)
    #expect(count(input) == 1)
    try tree.remove("11")
    #expect(count(input) == 0)
    try tree.process(20, "python3", command: worker)
    #expect(count(input) == 1)
  }

  @Test("A process whose main thread has ended before the others lives")
  func mainThreadEnded() throws {
    try tree.process(10, "python3", command: worker)
    let input = try input()
    #expect(count(input) == 1)
    try tree.process(10, "python3", state: "Z", threads: 2)
    #expect(count(input) == 1)
  }
}
