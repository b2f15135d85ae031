import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Services watched without being named")
struct ServiceFinderTests {
  private let tree: ProcTree
  private let log = RecordingLog()

  init() throws {
    tree = try ProcTree()
    try tree.process(1, "init", parent: 0)
    try tree.process(91, "vitals", parent: 1, command: ["vitals"])
    try tree.link("91/fd/3", to: "socket:[9]")
    try tree.link("self", to: "91")
    try tree.process(10, "gunicorn", command: ["python3", "/usr/bin/gunicorn", "main:app"])
    try tree.process(11, "gunicorn", parent: 10, command: ["python3", "/usr/bin/gunicorn", "main:app"], session: 10)
    for pid in [10, 11] { try tree.link("\(pid)/fd/3", to: "socket:[77]") }
    try tree.process(20, "redis-server", command: ["redis-server *:6379"])
    try tree.link("20/fd/5", to: "socket:[78]")
  }

  private func input(_ watches: [String] = [], _ tcp: @escaping () throws(SystemError) -> Set<UInt64>) throws
    -> ProcessInput
  {
    let finder = ServiceFinder(proc: tree.paths.proc) { (_) throws(SystemError) in (tcp: try tcp(), local: []) }
    return ProcessInput(
      paths: tree.paths, watches: try watches.map { try Watch.parse($0) }, log: log, finder: finder, inodes: { _ in [] }
    )
  }

  private func services(_ input: ProcessInput) -> [String: Double] {
    input.sample(at: tree.now)
    tree.pass()
    return RecordingSink.of(input).values("vitals_service_processes")
  }

  @Test("Who listens is a service with its workers; the agent is none, and what has no holder is counted")
  func found() throws {
    let input = try input { [9, 77, 78, 79] }
    #expect(services(input) == [#"service="gunicorn main:app""#: 2, #"service="redis-server""#: 1])
    // The agent's own socket has a holder; nobody has 79.
    #expect(RecordingSink.of(input)["vitals_discovery_unowned_sockets"] == 1)
    #expect(log.lines == [])
  }

  @Test("A worker that comes is found at once, a service that ends is gone, and one that starts is found")
  func comings() throws {
    var open: Set<UInt64> = [77]
    let input = try input { open }
    _ = services(input)
    try tree.process(12, "gunicorn", parent: 10, session: 10)
    #expect(services(input) == [#"service="gunicorn main:app""#: 3])
    for pid in [10, 11, 12] { try tree.remove("\(pid)") }
    open = [78]
    tree.pass(2)
    #expect(services(input) == [#"service="redis-server""#: 1])
  }

  @Test("A service that is named is only there under its name, and a name that is given wins over one that was made")
  func named() throws {
    let both: () throws(SystemError) -> Set<UInt64> = { [77, 78] }
    #expect(services(try input(["api=gunicorn"], both)) == [#"service="api""#: 2, #"service="redis-server""#: 1])
    #expect(services(try input(["redis-server=pid:11"], both))[#"service="redis-server""#] == 1)
  }

  @Test("A kernel that does not tell its sockets is said once, and what is named is watched")
  func untold() throws {
    let input = try input(["api=gunicorn"]) { () throws(SystemError) in
      throw SystemError(call: "sock_diag", subject: "", code: 2)
    }
    for _ in 0..<3 {
      #expect(services(input) == [#"service="api""#: 2])
      tree.pass(2)
    }
    #expect(log.lines == ["warning listening sockets cannot be listed error=sock_diag: No such file or directory"])
  }
}
