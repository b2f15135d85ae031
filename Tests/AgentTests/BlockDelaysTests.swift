import Testing

@testable import VitalsAgent

@Suite("Waits for storage")
struct BlockDelaysTests {
  private let tree: ProcTree
  private let log = RecordingLog()

  init() throws { tree = try ProcTree() }

  private func parsed(_ line: String) -> ProcessStat? { ProcessStat(Array(line.utf8).span) }

  /// Field 42 as it is believed of a process that began so many seconds from now.
  private func ticks(_ delays: BlockDelays, _ value: UInt64, began seconds: Int64) throws -> UInt64? {
    let start = UInt64(Int64(tree.now.ticks) + seconds * 100)
    var stat = try #require(parsed(ProcTree.stat(10, "app", start: start)))
    stat.blockedTicks = value
    return delays.ticks(stat)
  }

  @Test(
    "0 is believed of a process only that was counted from its beginning",
    arguments: [
      // The switch, the kernel's command line; then what is believed of an old process with 0 and with 7, of a new one with 0.
      (nil, "quiet delayacct", nil, 7, nil), ("0\n", "quiet", nil, nil, nil), ("", "delayacct", nil, nil, nil),
      ("0\n", "delayacct", nil, nil, nil), ("1\n", "delayacct\n", 0, 7, 0), ("1\n", "quiet nodelayacct", nil, 7, 0),
      ("1\n", nil, nil, 7, 0),
    ] as [(String?, String?, UInt64?, UInt64?, UInt64?)])
  func believed(state: String?, boot: String?, old: UInt64?, counted: UInt64?, new: UInt64?) throws {
    if let state { try tree.write("sys/kernel/task_delayacct", state) }
    if let boot { try tree.write("cmdline", boot) }
    var delays = BlockDelays(proc: tree.paths.proc, log: log)
    var buffer: [UInt8] = []
    delays.renew(tree.now, into: &buffer)
    #expect(try ticks(delays, 0, began: -5) == old)
    #expect(try ticks(delays, 7, began: -5) == counted)
    #expect(try ticks(delays, 0, began: 5) == new)
  }

  @Test("Turned on while the agent runs, it holds for what begins then; that it is off is said once")
  func turned() throws {
    var delays = BlockDelays(proc: tree.paths.proc, log: log)
    var buffer: [UInt8] = []
    try tree.write("cmdline", "delayacct")
    for state in ["0\n", "1\n", "0\n", "1\n"] {
      try tree.write("sys/kernel/task_delayacct", state)
      delays.renew(tree.now, into: &buffer)
      let isOn = state == "1\n"
      #expect(try ticks(delays, 0, began: 1) == (isOn ? 0 : nil))
      #expect(try ticks(delays, 0, began: -1) == nil)
      #expect(try ticks(delays, 5, began: -1) == (isOn ? 5 : nil))
      tree.pass(UInt64(Limits.rareFiguresSeconds))
    }
    #expect(log.lines.count == 1)
    #expect(log.lines.first?.hasPrefix("info the kernel does not count how long processes wait for storage") == true)
  }

  @Test("The field of a real line, and of one from before it was there")
  func field() throws {
    let line =
      "7 (a b) S 1 7 7 0 -1 4194304 5 0 2 0 1 1 0 0 20 0 1 0 99 8192 3 1 2 3 4 5 6 0 0 0 0 0 0 0 17 0 0 0 42 0 0"
    let stat = try #require(parsed(line))
    #expect(stat.blockedTicks == 42)
    #expect(stat.minorFaults == 5)
    #expect(stat.majorFaults == 2)
    let old = try #require(parsed("1 (a) S 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 9 8 7\n"))
    #expect(old.blockedTicks == nil)
  }
}
