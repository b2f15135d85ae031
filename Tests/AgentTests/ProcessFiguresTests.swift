import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Figures of watched processes over time")
struct ProcessFiguresTests {
  private let tree: ProcTree
  private let log = RecordingLog()

  init() throws { tree = try ProcTree() }

  private func input(_ watches: String...) throws -> ProcessInput {
    ProcessInput(paths: tree.paths, watches: try watches.map { try Watch.parse($0) }, log: log)
  }

  private func sample(_ input: ProcessInput) {
    input.sample(at: tree.now)
    tree.pass()
  }

  @Test("What hardly changes is read at first sight and every 15 s, each process in a second of its own")
  func rare() throws {
    func score(_ pid: Int, _ value: Int) throws {
      try tree.write("\(pid)/oom_score", "\(value)\n")
      try tree.write("\(pid)/limits", "Limit  Soft Limit\nMax open files            \(value)      4096      files\n")
    }
    for pid in [10, 11] { try tree.process(pid, "app") }
    for pid in [10, 11] { try score(pid, 100) }
    let input = try input("api=app")
    var changes: [Int: [Int]] = [:]
    for second in 0..<40 {
      sample(input)
      let sink = RecordingSink.of(input)
      for pid in [10, 11] {
        let labels = #"name="app",pid="\#(pid)",service="api""#
        let value = try #require(sink["vitals_process_oom_score", labels])
        #expect(sink["vitals_process_max_fds", labels] == value)
        if value == Double(100 + second) { changes[pid, default: []].append(second) }
        try score(pid, 100 + second + 1)
      }
    }
    #expect(changes == [10: [0, 11, 26], 11: [0, 12, 27]])
    #expect(log.lines == [])
  }

  @Test("With many processes those that use no CPU are read every 5 s, in turns; one that works at once")
  func many() throws {
    let count = Limits.freshFigures + 2
    for pid in 1_000..<1_000 + count { try tree.process(pid, "app\(pid % 3)") }
    func score(_ value: Int) throws {
      for pid in 1_000..<1_000 + count { try tree.write("\(pid)/io", "syscr: \(value)\n") }
    }
    let input = try input("a=app0", "b=app1", "c=app2")
    var fresh: [Int] = []
    for second in 0..<16 {
      try score(second)
      try tree.process(1_000, "app1", user: UInt64(second))
      sample(input)
      let values = RecordingSink.of(input).values("vitals_process_io_read_operations_total")
      #expect(values.count == count)
      #expect(values[#"name="app1",pid="1000",service="b""#] == Double(second))
      fresh.append(values.values.count { $0 == Double(second) })
    }
    #expect(fresh[0] == count)
    // All once in five seconds, about a fifth in each, and the one that works.
    for second in 6...11 { #expect((20...35).contains(fresh[second]), "\(fresh)") }
  }

  @Test("Of many processes those that used no CPU for long are read at every fourth walk, of few at each")
  func quiet() throws {
    for (count, shown) in [(Limits.freshFigures, [1.0]), (Limits.freshFigures + 2, [0.25, 0.5, 0.75, 1])] {
      let pids = 1_000..<1_000 + count
      for pid in pids { try tree.process(pid, "app\(pid % 3)") }
      let input = try input("a=app0", "b=app1", "c=app2")
      for _ in 0...Limits.quietReads { sample(input) }
      for pid in pids { try tree.process(pid, "app\(pid % 3)", user: 100) }
      for share in shown {
        sample(input)
        let user = RecordingSink.of(input).values("vitals_process_cpu_seconds_total").values.count { $0 == 1 }
        #expect(abs(Double(user) / Double(count) - share) < 0.02)
      }
    }
  }

  @Test("A restart is counted, a worker that is recycled is none, and a procfs that cannot be listed ends nobody")
  func restarts() throws {
    try tree.process(10, "gunicorn")
    try tree.process(11, "worker", parent: 10)
    let input = try input("api=gunicorn")
    func counts() -> [Double?] {
      sample(input)
      let sink = RecordingSink.of(input)
      return ["restarts", "process_starts", "process_exits"].map {
        sink["vitals_service_\($0)_total", #"service="api""#]
      }
    }
    #expect(counts() == [0, 0, 0])
    try tree.remove("11")
    try tree.process(12, "worker", parent: 10, start: 100_200)
    #expect(counts() == [0, 1, 1])
    try FileManager.default.removeItem(at: tree.folder)
    #expect(counts() == [0, 1, 1])
    try tree.process(10, "gunicorn")
    try tree.process(12, "worker", parent: 10, start: 100_200)
    #expect(counts() == [0, 1, 1])
    try tree.process(10, "gunicorn", start: 100_500)
    try tree.remove("12")
    #expect(counts() == [1, 2, 3])
  }
}
