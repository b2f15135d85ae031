import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The table of processes") struct ProcessPanelTests {
  private let tree: ProcTree
  private let clock = HTTPTestClock()

  init() throws {
    tree = try ProcTree()
    try tree.process(91, "vitals")
    try tree.link("self", to: "91")
  }

  private func rows(_ frame: Frame, _ word: String) -> [String] {
    PlainRenderer.text(frame).replacing(/[ ]+/, with: " ").split(separator: "\n").map { String($0) }
      .filter { $0.contains(word) }
  }

  @Test("A process that takes another name keeps its figures, and is not counted twice")
  func renamed() throws {
    let pipeline = Pipeline(
      paths: tree.paths, watches: [try Watch.parse("api=pid:10")], sources: [], fromStart: false, clock: clock,
      work: StepWork(), log: RecordingLog(), collectors: [])
    let pages = Double(5 * PageSize.bytes)
    let memory = Units.bytes(pages)
    var user: UInt64 = 0
    // Long enough for the old name's samples to be out of date.
    for name in Array(repeating: "bash", count: 3) + Array(repeating: "sleep", count: 6) {
      user += 50
      try tree.process(10, name, user: user)
      pipeline.tick(clock.now(), missed: 0)
      clock.advance(1)
      let frame = Dashboard.service.frame(pipeline.dashboardContext(), width: 80)
      #expect(rows(frame, "10 api").count == 1)
      #expect(rows(frame, "10 api").first?.contains(" api \(name) ") == true)
      #expect(rows(frame, "10 api").first?.contains(" \(memory) 3 ") == true, "\(rows(frame, "10 api"))")
      #expect(rows(frame, " CPU ").first?.contains(" memory \(memory) threads 3 ") == true, "\(rows(frame, " CPU "))")
    }
    let frame = Dashboard.service.frame(pipeline.dashboardContext(), width: 80)
    #expect(rows(frame, "10 api").first?.contains(" api sleep 50.0% ") == true)
    #expect(rows(frame, " CPU ").first?.hasPrefix(" CPU 50.0% ") == true)
  }

  @Test("Without an agent, the first frame knows who is busy", arguments: [0, Limits.processesEveryTick])
  func local(idle: Int) throws {
    for pid in 0..<idle { try tree.process(1_000 + pid, "idle") }
    var user: UInt64 = 0
    func work() throws {
      try tree.process(10, "some", user: user)
      try tree.process(20, "much", user: user * 9)
    }
    try work()
    let view = LocalView(paths: tree.paths, clock: clock) { milliseconds in
      clock.advance(Double(milliseconds) / 1_000)
      user += UInt64(milliseconds) / 100
      #expect(throws: Never.self) { try work() }
    }
    let found = rows(view.frame(.host, width: 80), "% 20.0 KiB 3")
    #expect(found.map { $0.prefix(14) } == [" 20 much 90.0%", " 10 some 10.0%"], "\(found)")
  }
}
