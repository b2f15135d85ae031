import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Watched processes")
struct ProcessInputTests {
  private let tree: ProcTree
  private let log = RecordingLog()

  init() throws {
    tree = try ProcTree()
    // The agent, started by a shell that init started.
    try tree.process(1, "init", parent: 0)
    try tree.process(90, "sh", parent: 1)
    try tree.process(91, "vitals", parent: 90, command: ["vitals", "--watch", "api=vitals"])
    try tree.link("self", to: "91")
  }

  private func input(_ watches: String...) throws -> ProcessInput {
    ProcessInput(paths: tree.paths, watches: try watches.map { try Watch.parse($0) }, log: log)
  }

  /// The ids with series, by service, after a sample.
  private func services(_ input: ProcessInput) -> [String: [Int]] {
    input.sample(at: tree.now)
    tree.pass()
    var found: [String: [Int]] = [:]
    let sink = RecordingSink.of(input)
    #expect(sink.duplicates.isEmpty)
    for sample in sink.samples where sample.name == "vitals_process_threads" {
      found[sample.labels["service"] ?? "", default: []].append(Int(sample.labels["pid"] ?? "") ?? 0)
    }
    return found.mapValues { $0.sorted() }
  }

  @Test("A service has its children, and loses and finds them as they come and go")
  func family() throws {
    try tree.process(10, "gunicorn", command: ["gunicorn", "app"])
    try tree.process(11, "worker", parent: 10)
    try tree.process(12, "helper", parent: 11)
    try tree.process(20, "other")
    let input = try input("api=gunicorn")
    #expect(services(input) == ["api": [10, 11, 12]])
    try tree.remove("11")
    try tree.process(12, "helper", parent: 1)
    try tree.process(13, "worker", parent: 10)
    #expect(services(input) == ["api": [10, 13]])
    try tree.remove("10")
    try tree.remove("13")
    #expect(services(input) == [:])
    #expect(RecordingSink.of(input)["vitals_service_processes", #"service="api""#] == 0)
    try tree.process(30, "gunicorn", start: 500)
    #expect(services(input) == ["api": [30]])
  }

  @Test("A cgroup's processes, and those of cgroups in it, are a service; the agent and what started it are not")
  func cgroup() throws {
    for (pid, path) in [
      (10, "/app.slice/api"), (11, "/app.slice/api/worker"), (12, "/app.slice/apis"), (90, "/app.slice/api"),
    ] {
      try tree.process(pid, "python3", parent: 1)
      try tree.write("\(pid)/cgroup", "4:memory:/\n0::\(path)\n")
    }
    try tree.write("91/cgroup", "0::/app.slice/api\n")
    #expect(services(try input("api=cgroup:/app.slice/api")) == ["api": [10, 11]])
    #expect(services(try input("api=cgroup:*/api?")) == ["api": [12]])
  }

  @Test(
    "The agent and its ancestors are no service's, even where they match",
    arguments: ["sh", "vitals", "init", "pid:91", "cmd:*vitals*"])
  func lineage(match: String) throws {
    try tree.process(92, "sh", parent: 1)
    try tree.process(93, "vitals", parent: 92)
    let found = services(try input("api=\(match)"))["api"] ?? []
    #expect(Set(found).isDisjoint(with: [1, 90, 91]))
    if match == "sh" { #expect(found == [92, 93]) }
    if match == "vitals" { #expect(found == [93]) }
  }

  @Test(
    "An ancestor of the agent is a service's by an exact match, with what it started; the agent never is",
    arguments: ["pid:90", "exe:/bin/app", "exe:app", "port:8000"])
  func entrypoint(match: String) throws {
    try tree.process(90, "app", parent: 1, command: ["app"], executable: "/bin/app")
    try tree.process(92, "worker", parent: 90)
    try tree.link("90/fd/3", to: "socket:[77]")
    let input = ProcessInput(
      paths: tree.paths, watches: [try Watch.parse("api=\(match)")], log: log, inodes: { _ in [77] })
    #expect(services(input) == ["api": [90, 92]])
    #expect(log.lines == [])
  }

  @Test("An ancestor that shares the port's socket is left out for the others that have it, and systemd always")
  func sharedSocket() throws {
    for pid in [1, 90, 95] { try tree.link("\(pid)/fd/3", to: "socket:[77]") }
    try tree.process(1, "systemd", parent: 0)
    try tree.process(95, "app", parent: 1)
    let input = ProcessInput(
      paths: tree.paths, watches: [try Watch.parse("api=port:8000")], log: log, inodes: { _ in [77] })
    #expect(services(input) == ["api": [95]])
    try tree.remove("95")
    #expect(services(input) == ["api": [90]])
    try tree.remove("90/fd")
    tree.pass(UInt64(Limits.portRenewSeconds))
    #expect(services(input) == [:])
  }

  @Test("A port whose owner is dead and not yet waited for is searched again soon")
  func deadOwner() throws {
    try tree.process(95, "app")
    try tree.link("95/fd/3", to: "socket:[77]")
    let input = ProcessInput(
      paths: tree.paths, watches: [try Watch.parse("api=port:8000")], log: log, inodes: { _ in [77] })
    #expect(services(input) == ["api": [95]])
    try tree.process(95, "app", state: "Z", threads: 1)
    try tree.remove("95/fd")
    try tree.process(96, "app")
    try tree.link("96/fd/3", to: "socket:[77]")
    tree.pass(UInt64(Limits.portSearchSeconds))
    #expect(services(input) == ["api": [96]])
  }

  static let silences: [(watches: [String], line: String?)] = [
    (["api=sh"], "a watch matches only what started the agent, which it leaves out watch=api=sh"),
    (["api=cmd:*entry*"], "a watch matches only what started the agent, which it leaves out watch=api=cmd:*entry*"),
    (
      ["api=app", "w=worker"],
      "a watch is left with nothing: earlier ones took its processes watch=w=worker taken_by=api"
    ),
    (["api=main:app"], "a watch with a colon is taken as bare text and matches nothing yet watch=api=main:app"),
    (["api=vitals"], nil), (["api=nothing"], nil), (["w=worker", "api=app"], nil), (["api=app", "api=worker"], nil),
    (["api=x:app"], nil),
  ]

  @Test("A watch that is left with nothing says why, once", arguments: silences)
  func silence(watches: [String], line: String?) throws {
    try tree.process(90, "sh", parent: 1, command: ["sh", "entry.sh"])
    try tree.process(10, "app", command: ["app", "x:app"])
    try tree.process(11, "worker", parent: 10)
    let input = ProcessInput(paths: tree.paths, watches: try watches.map { try Watch.parse($0) }, log: log)
    for _ in 0..<3 { _ = services(input) }
    #expect(log.lines.count == (line == nil ? 0 : 1))
    if let line { #expect(log.lines.first?.hasPrefix("warning " + line) == true) }
  }

  @Test("The first service takes a process; two watches of one service are one service")
  func first() throws {
    try tree.process(10, "a")
    try tree.process(11, "b", parent: 10)
    try tree.process(12, "c")
    let input = try input("one=b", "two=a", "three=c", "one=c", "two=b")
    #expect(services(input) == ["one": [11], "two": [10], "three": [12]])
    #expect(
      RecordingSink.of(input).values("vitals_service_processes")
        == [#"service="one""#: 1, #"service="two""#: 1, #"service="three""#: 1])
  }

  @Test("Parents in a circle end the search")
  func circle() throws {
    try tree.process(10, "a", parent: 11)
    try tree.process(11, "b", parent: 10)
    try tree.process(12, "c", parent: 12)
    #expect(services(try input("api=a", "self=c")) == ["api": [10, 11], "self": [12]])
  }

  @Test("An id that comes back is another process: its name, command line and load are read anew")
  func recycled() throws {
    try tree.process(10, "worker", start: 100, user: 50_000, command: ["uvicorn"])
    let input = try input("api=uvicorn")
    #expect(services(input) == ["api": [10]])
    try tree.process(10, "worker", start: 101, user: 3, command: ["backup"])
    #expect(services(input) == [:])
    let sink = RecordingSink()
    input.collectBusiest(into: sink)
    #expect(sink.samples.isEmpty)
  }

  @Test("A process that calls exec is known by its new name")
  func exec() throws {
    try tree.process(10, "sh", command: ["sh", "-c", "exec nginx"])
    let input = try input("web=nginx")
    #expect(services(input) == [:])
    try tree.process(10, "nginx", command: ["nginx"])
    #expect(services(input) == ["web": [10]])
    #expect(RecordingSink.of(input)["vitals_process_threads", #"name="nginx",pid="10",service="web""#] == 3)
  }

  @Test("An executable that was replaced on disk still is the program")
  func deleted() throws {
    try tree.process(10, "x", executable: "/opt/app/server (deleted)")
    #expect(services(try input("api=exe:/opt/app/server")) == ["api": [10]])
    #expect(services(try input("api=exe:server")) == ["api": [10]])
  }

  @Test("All figures; those without a file are absent, not zero")
  func figures() throws {
    try tree.process(10, "app", start: 250, user: 130)
    let input = try input("api=app")
    #expect(services(input) == ["api": [10]])
    let bare: Set = [
      "vitals_service_processes", "vitals_service_processes_left_out", "vitals_process_cpu_seconds_total",
      "vitals_process_resident_memory_bytes", "vitals_process_virtual_memory_bytes", "vitals_process_threads",
      "vitals_process_start_time_seconds", "vitals_process_page_faults_total", "vitals_service_restarts_total",
      "vitals_service_process_starts_total", "vitals_service_process_exits_total",
    ]
    #expect(RecordingSink.of(input).names == bare)
    try tree.write("10/io", "rchar: 5\nsyscr: 6\nsyscw: 7\nread_bytes: 4096\nwrite_bytes: 8192\n")
    try tree.write(
      "10/status",
      "Name:\tapp\nVmSwap:\t      12 kB\nvoluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\n")
    try tree.link("10/fd/0", to: "/dev/null")
    _ = services(input)
    let sink = RecordingSink.of(input)
    let labels = #"name="app",pid="10",service="api""#
    #expect(sink["vitals_process_cpu_seconds_total", #"mode="user",name="app",pid="10",service="api""#] == 1.3)
    #expect(sink["vitals_process_cpu_seconds_total", #"mode="system",name="app",pid="10",service="api""#] == 0.07)
    #expect(sink["vitals_process_resident_memory_bytes", labels] == Double(5 * PageSize.bytes))
    #expect(sink["vitals_process_virtual_memory_bytes", labels] == 8_192)
    #expect(sink["vitals_process_io_read_bytes_total", labels] == 4_096)
    #expect(sink["vitals_process_io_written_bytes_total", labels] == 8_192)
    #expect(sink.values("vitals_process_context_switches_total").values.sorted() == [3, 4])
    #expect(sink["vitals_process_io_read_operations_total", labels] == 6)
    #expect(sink["vitals_process_io_write_operations_total", labels] == 7)
    #expect(sink["vitals_process_swap_bytes", labels] == 12_288)
    #expect(sink["vitals_process_page_faults_total", labels + #",type="minor""#] == 10)
    #expect(sink["vitals_process_page_faults_total", labels + #",type="major""#] == 0)
    #expect(sink.names.contains("vitals_process_open_fds"))
  }

  @Test("Figures that may not be read are absent, and each file is said once", .enabled(if: geteuid() != 0))
  func denied() throws {
    try tree.process(10, "app")
    try tree.write("10/io", "read_bytes: 4096\n")
    try tree.write("10/status", "voluntary_ctxt_switches:\t3\n")
    for file in ["io", "status"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0], ofItemAtPath: tree.folder.appendingPathComponent("10/\(file)").path)
    }
    let input = try input("api=app")
    for _ in 0..<2 { #expect(services(input) == ["api": [10]]) }
    #expect(!RecordingSink.of(input).names.contains("vitals_process_io_read_bytes_total"))
    #expect(!RecordingSink.of(input).names.contains("vitals_process_context_switches_total"))
    #expect(log.lines.filter { $0.contains("may not be read") }.count == 2)
  }

  @Test("A start time is Unix time and stands still while the clocks drift apart or jump")
  func startTime() throws {
    try tree.process(10, "app", start: 250)
    let input = try input("api=app")
    for drift: UInt64 in [0, 7_000_000, 3_600_000_000_000] {
      tree.now.real += drift
      _ = services(input)
      let sink = RecordingSink.of(input)
      // Booted 1,000 seconds before 1,700,000,000; started 2.5 seconds later.
      #expect(
        sink["vitals_process_start_time_seconds", #"name="app",pid="10",service="api""#] == 1_699_999_002.5)
    }
    #expect(RecordingSink.of(input).help["vitals_process_start_time_seconds"]?.contains("unixtime") == true)
  }

  @Test("A clock that was not set at boot gives early times, not late ones")
  func unsetClock() throws {
    tree.now.real = 10_000_000_000
    try tree.process(10, "app", start: 250)
    let input = try input("api=app")
    _ = services(input)
    #expect(RecordingSink.of(input).values("vitals_process_start_time_seconds").values.first == 10 - 1_000 + 2.5)
  }

  @Test("More processes than get series are counted and said once")
  func leftOut() throws {
    try tree.process(1_000, "master")
    let count = Limits.processesPerService + 5
    for pid in 1..<count { try tree.process(1_000 + pid, "worker", parent: 1_000) }
    let input = try input("api=master")
    #expect(services(input)["api"] == (0..<Limits.processesPerService).map { 1_000 + $0 })
    _ = services(input)
    let sink = RecordingSink.of(input)
    #expect(sink["vitals_service_processes", #"service="api""#] == Double(count))
    #expect(sink["vitals_service_processes_left_out", #"service="api""#] == 5)
    #expect(log.lines == ["warning a service has more processes than get series service=api"])
  }

  @Test("A stat file that cannot be understood is counted; files that are no process are none")
  func malformed() throws {
    try tree.write("10/stat", "10 (app")
    try tree.write("11/stat", "")
    try tree.write("12x/stat", ProcTree.stat(12, "app"))
    try tree.write("13/cmdline", "app")
    try tree.write("loadavg", "1 2 3")
    let input = try input("api=app")
    #expect(services(input) == [:])
    #expect(input.malformedLines == 2)
  }

  @Test("Where others' processes are hidden, that is said once", arguments: [["1"], ["1", "90"]])
  func hidden(gone: [String]) throws {
    for pid in gone { try tree.remove(pid) }
    let input = try input("api=app")
    for _ in 0..<3 { #expect(services(input) == [:]) }
    #expect(log.lines.filter { $0.hasPrefix("warning processes of other users are hidden") }.count == 1)
  }

  @Test("The first process of a namespace, and a parent that has just ended, are no sign of hidden processes")
  func notHidden() throws {
    try tree.remove("90")
    _ = services(try input("api=app"))
    try tree.process(91, "vitals", parent: 0)
    try tree.remove("1")
    _ = services(try input("api=app"))
    #expect(!log.lines.contains { $0.contains("hidden") })
  }

  @Test("Without a procfs nothing is served, and that is said once")
  func gone() throws {
    try tree.process(10, "app")
    let input = try input("api=app")
    #expect(services(input) == ["api": [10]])
    try FileManager.default.removeItem(at: tree.folder)
    #expect(services(input) == [:])
    #expect(services(input) == [:])
    #expect(log.lines.filter { $0.hasPrefix("error processes cannot be listed") }.count == 1)
  }

  @Test("The busiest beside the services stay for a while and are bounded")
  func busiest() throws {
    for pid in 100..<140 { try tree.process(pid, "p\(pid)", user: 0) }
    let input = try input("api=p100")
    _ = services(input)
    for pid in 100..<140 { try tree.process(pid, "p\(pid)", user: UInt64(pid)) }
    _ = services(input)
    func busy() -> [Int] {
      let sink = RecordingSink()
      input.collectBusiest(into: sink)
      return sink.samples.filter { $0.name == "vitals_process_threads" }.compactMap { Int($0.labels["pid"] ?? "") }
    }
    #expect(busy() == Array(130..<140))
    tree.pass(UInt64(Limits.busiestSeconds) - 3)
    _ = services(input)
    #expect(busy() == Array(130..<140))
    tree.pass(3)
    _ = services(input)
    #expect(busy().isEmpty)
  }
}
