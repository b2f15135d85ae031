import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("What the host's files do over time")
struct HostChangeTests {
  private let log = RecordingLog()

  @Test("Idle that goes back a little stands still; by three seconds it is a core that was away")
  func idle() throws {
    let tree = try ProcTree()
    let input = CPUInput(paths: tree.paths, log: log)
    func idle(_ text: String) throws -> Double? {
      try tree.write("stat", text)
      input.sample(at: tree.now)
      return RecordingSink.of(input)["node_cpu_seconds_total", #"cpu="0",mode="idle""#]
    }
    #expect(try idle("cpu0 100 0 0 1000\n") == 10)
    #expect(try idle("cpu0 100 0 0 990\n") == 10)
    #expect(try idle("cpu0 100 0 0 701\n") == 10)
    #expect(try idle("cpu0 100 0 0 700\n") == 7)
    #expect(try idle("cpu0 100 0 0 18446744073709551615\n") == Double(UInt64.max) / 100)
    #expect(try idle("cpu0 100 0 0 5\n") == 0.05)
  }

  @Test("A core that is taken out has no series, and counts anew when it is back")
  func hotplug() throws {
    let tree = try ProcTree()
    let input = CPUInput(paths: tree.paths, log: log)
    func cores(_ text: String) throws -> [String: Double] {
      try tree.write("stat", text)
      input.sample(at: tree.now)
      return RecordingSink.of(input).values("node_cpu_seconds_total").filter { $0.key.contains("idle") }
    }
    #expect(try cores("cpu1 0 0 0 200\ncpu0 0 0 0 100\n").count == 2)
    #expect(try cores("cpu0 0 0 0 100\n") == [#"cpu="0",mode="idle""#: 1])
    #expect(try cores("cpu0 0 0 0 100\ncpu1 0 0 0 50\n")[#"cpu="1",mode="idle""#] == 0.5)
  }

  @Test("A file that the kernel never had is news; one that goes away is a fault; both once, and the return too")
  func absence() throws {
    let tree = try ProcTree()
    let path = tree.paths.proc + "/loadavg"
    let input = LoadInput(paths: tree.paths, log: log)
    func sample() -> Int {
      input.sample(at: tree.now)
      return RecordingSink.of(input).samples.count
    }
    for _ in 0..<3 { #expect(sample() == 0) }
    #expect(log.lines == ["info not on this kernel; its metrics are absent path=\(path)"])
    try tree.write("loadavg", "1 2 3 4/5 6\n")
    #expect(sample() == 3)
    #expect(log.lines.last == "info readable again path=\(path)")
    #expect(log.lines.count == 2)
    // A held file of a directory that is replaced by one of the same name cannot be read: reading it is an error.
    let other = try ProcTree()
    try other.write("loadavg/x", "")
    let broken = LoadInput(paths: other.paths, log: log)
    for _ in 0..<3 { broken.sample(at: other.now) }
    #expect(RecordingSink.of(broken).samples.isEmpty)
    #expect(
      log.lines.dropFirst(2)
        == ["warning cannot be read; its metrics are absent error=read \(other.paths.proc)/loadavg: Is a directory"])
    try other.remove("loadavg")
    try other.write("loadavg", "1 2 3 4/5 6\n")
    broken.sample(at: other.now)
    #expect(RecordingSink.of(broken).samples.count == 3)
    #expect(log.lines.last == "info readable again path=\(other.paths.proc)/loadavg")
    #expect(input.malformedLines == 0)
  }

  @Test("Without any file every input is silent and says each file once")
  func nothing() throws {
    let tree = try ProcTree()
    let inputs = HostInputs.all(paths: tree.rooted, log: log, work: StepWork())
    for _ in 0..<3 {
      tree.pass(60)
      for input in inputs { input.sample(at: tree.now) }
    }
    // What the agent knows without a file: the kernel's name, clock, zone, sockets; and that there is nothing.
    let told = [
      "vitals_filesystems_left_out", "node_selinux_enabled", "node_time_zone_offset_seconds",
      "node_textfile_scrape_error",
    ]
    for input in inputs where !["uname", "timex", "listen_queues", "tcpstat"].contains(input.name) {
      let names = RecordingSink.of(input).names.subtracting(told)
      #expect(names.isEmpty, "\(input.name)")
    }
    #expect(log.lines.count == 30)
    #expect(Set(log.lines).count == 30)
    #expect(log.lines.allSatisfy { $0.hasPrefix("info not on this kernel") })
  }
}
