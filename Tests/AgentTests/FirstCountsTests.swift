import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The first requests of a new series count") struct FirstCountsTests {
  private let folder: LogFolder
  private let tree: ProcTree
  private let clock = HTTPTestClock()
  private let pipeline: Pipeline

  init() throws {
    folder = try LogFolder()
    tree = try ProcTree()
    try folder.append("")
    pipeline = Pipeline(
      paths: tree.paths, watches: [], sources: [LogSource(service: "z", path: folder.path)], fromStart: true,
      clock: clock, work: StepWork(), log: RecordingLog(), collectors: [])
    tick()
  }

  private func tick() {
    pipeline.tick(clock.now(), missed: 0)
    clock.advance(1)
  }

  private func write(_ count: Int, _ path: String, _ status: Int) throws {
    let line = #"{"method":"GET","path":"\#(path)","status":\#(status),"duration_ms":40,"level":"info"}"#
    try folder.append(String(repeating: line + "\n", count: count))
  }

  /// The service's dashboard, each run of spaces as one.
  private var picture: String {
    let text = PlainRenderer.text(Dashboard.service.frame(pipeline.dashboardContext(), width: 80))
    return text.replacing(/[ ]+/, with: " ")
  }

  @Test("Errors that come among other requests are errors at once")
  func among() throws {
    for second in 1...8 {
      try write(5, "/pay", 200)
      if second == 6 { try write(5, "/pay", 500) }
      tick()
    }
    // 45 requests in eight seconds.
    #expect(picture.contains(" requests 5.63/s last 5 s 6/s "), "\(picture)")
    #expect(picture.contains(" errors 11.1% "), "\(picture)")
    #expect(picture.contains(/GET \/pay 49\.[0-9] ms [0-9.]+ ms [0-9.]+ ms 5\.63 11\.1%/), "\(picture)")
  }

  @Test("A burst on a path that was never seen is there")
  func burst() throws {
    for _ in 1...4 { tick() }
    try write(200, "/fresh", 500)
    tick()
    #expect(picture.contains(" requests 40/s last 5 s 40/s log lines 40/s"), "\(picture)")
    #expect(picture.contains(" errors 100% "), "\(picture)")
    #expect(picture.contains(/P99 49\.[0-9] ms/), "\(picture)")
    #expect(picture.contains(/GET \/fresh 49\.[0-9] ms .* 40 100%/), "\(picture)")
  }
}
