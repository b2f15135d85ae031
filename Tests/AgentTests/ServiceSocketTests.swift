import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The sockets of services")
struct ServiceSocketTests {
  private let tree: ProcTree
  private let log = RecordingLog()
  private let work = StepWork()

  init() throws {
    tree = try ProcTree()
    try tree.link("self", to: "91")
    try tree.link("91/ns/net", to: "net:[1]")
  }

  /// A process with sockets, in a namespace.
  private func process(_ pid: Int, _ inodes: [Int], net: String = "net:[1]") throws {
    try tree.link("\(pid)/ns/net", to: net)
    try tree.link("\(pid)/fd/0", to: "/dev/null")
    for (place, inode) in inodes.enumerated() { try tree.link("\(pid)/fd/\(place + 3)", to: "socket:[\(inode)]") }
  }

  /// struct inet_diag_msg, as far as it matters.
  private static func message(_ state: UInt8, _ inode: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: SocketDump.inetLength)
    bytes[1] = state
    for place in 0..<4 { bytes[68 + place] = UInt8(inode >> UInt32(8 * place) & 255) }
    return bytes
  }

  private static func dump(_ sockets: [(state: UInt8, inode: UInt32)]) -> SocketCensus.Dump {
    { (_, each) throws(SystemError) in
      each([1, 10, 0, 0].span, 0..<4)
      for (state, inode) in sockets { each(message(state, inode).span, 0..<SocketDump.inetLength) }
    }
  }

  private func service(_ name: String, _ pids: [Int32]) -> ServiceProcesses {
    ServiceProcesses(service: name, pids: pids, isNamed: true)
  }

  private func rows(
    _ services: [ServiceProcesses], _ sockets: [(state: UInt8, inode: UInt32)], limit: Int = 100
  ) throws -> [String] {
    var census = SocketCensus(proc: tree.paths.proc)
    return try rows(&census, services, sockets, limit: limit)
  }

  private func rows(
    _ census: inout SocketCensus, _ services: [ServiceProcesses], _ sockets: [(state: UInt8, inode: UInt32)],
    limit: Int = 100
  ) throws -> [String] {
    tree.pass()
    census.find(services, at: tree.now, limit: limit)
    try census.count(Self.dump(sockets))
    return census.rows.map { row in
      if let absence = row.absence { return "\(row.service) \(absence)" }
      let found = row.counts.enumerated().filter { $0.element > 0 }.map {
        "\(TCPStateTable.states[$0.offset]) \($0.element)"
      }
      return ([row.service] + found).joined(separator: " ")
    }
  }

  @Test(
    "A socket is one, whoever of a service holds it, and is each service's that holds it; what nobody holds is nobody's"
  )
  func shared() throws {
    try process(10, [70, 71, 72])
    try process(11, [70, 73])
    try process(20, [70, 74])
    let sockets: [(state: UInt8, inode: UInt32)] = [
      (10, 70), (1, 71), (8, 72), (8, 73), (1, 74), (1, 75), (6, 0), (8, 0), (0, 71), (12, 71), (255, 71),
    ]
    let wanted = ["api established 1 close_wait 2 listen 1", "db established 1 listen 1", "none"]
    #expect(try rows([service("api", [10, 11]), service("db", [20]), service("none", [])], sockets) == wanted)
  }

  @Test("A service of another network namespace is absent, also by one process; one that ended meanwhile is left aside")
  func foreign() throws {
    try process(10, [70])
    try process(11, [71], net: "net:[2]")
    let wanted = ["a foreign", "b foreign", "c established 1"]
    #expect(
      try rows([service("a", [11]), service("b", [10, 11]), service("c", [10, 12])], [(1, 70), (1, 71)]) == wanted)
    // A kernel without such namespaces.
    try tree.remove("91/ns")
    #expect(try rows([service("b", [10, 11])], [(1, 70), (1, 71)]) == ["b established 2"])
  }

  @Test("One service may use half of the descriptors that a count looks at, and one that has more is left out")
  func tooMany() throws {
    try process(10, Array(70..<80))
    try process(20, [90, 91])
    try process(30, [92])
    let services = [service("a", [10]), service("b", [20]), service("c", [30])]
    #expect(
      try rows(services, [(1, 71), (1, 90), (1, 92)], limit: 10) == ["a tooMany", "b established 1", "c tooMany"])
    #expect(
      try rows(services, [(1, 71), (1, 90), (1, 92)], limit: 30) == [
        "a established 1", "b established 1", "c established 1",
      ])
  }

  @Test("Whose the sockets of a process at rest are is remembered, what state they are in is not")
  func resting() throws {
    for pid in 10...13 {
      try tree.process(pid, "api", threads: pid == 13 ? 2 : 1)
      try tree.write("\(pid)/schedstat", "1000 5 1\n")
    }
    try process(10, [70, 71])
    try process(11, [71, 72])
    try process(12, [73], net: "net:[2]")
    try process(13, [74])
    let services = [service("api", [10, 11]), service("far", [12]), service("two", [13])]
    var census = SocketCensus(proc: tree.paths.proc, rests: RestingProcesses(proc: tree.paths.proc))
    for _ in 0..<2 {
      #expect(
        try rows(&census, services, [(1, 70), (1, 71), (8, 72), (1, 73), (1, 74)]) == [
          "api established 2 close_wait 1", "far foreign", "two established 1",
        ])
    }
    // Nothing is read of those that rest, which could not do this: what has two threads is looked at.
    for pid in 10...13 { try tree.remove("\(pid)/fd") }
    #expect(
      try rows(&census, services, [(8, 70), (1, 72), (1, 74)]) == [
        "api established 1 close_wait 1", "far foreign", "two",
      ])
    try process(10, [75])
    try process(12, [73])
    try tree.write("10/schedstat", "2000 5 2\n")
    try tree.write("12/schedstat", "2000 5 2\n")
    #expect(
      try rows(&census, services, [(1, 70), (1, 71), (8, 75), (1, 73)]) == [
        "api established 1 close_wait 1", "far established 1", "two",
      ])
    // One that has more descriptors than there is room for is left out, whether it rests or not.
    #expect(try rows(&census, [service("api", [10, 11])], [(8, 75)], limit: 10) == ["api tooMany"])
    #expect(try rows(&census, [service("api", [10, 11])], [(8, 75)]) == ["api close_wait 1"])
  }

  private func input(_ services: @escaping () -> [ServiceProcesses], _ dump: @escaping SocketCensus.Dump)
    -> ServiceSocketInput
  {
    ServiceSocketInput(paths: tree.paths, work: work, log: log, dump: dump, services: services)
  }

  private func lines(_ input: ServiceSocketInput) -> [String] {
    input.sample(at: tree.now)
    return RecordingSink.of(input).lines.filter { !$0.hasSuffix(" 0.0") }
  }

  @Test(
    "Series of services that can be told; those of one that ends are gone at once, and what cannot be told is said once"
  )
  func series() throws {
    try process(10, [70, 71])
    try process(11, [72], net: "net:[2]")
    var services = [service("api", [10]), service("far", [11]), service("gone", [])]
    let input = input({ services }, Self.dump([(10, 70), (8, 71)]))
    for _ in 0..<2 {
      #expect(
        lines(input) == [
          #"vitals_service_sockets{service="api",state="close_wait"} 1.0"#,
          #"vitals_service_sockets{service="api",state="listen"} 1.0"#,
        ])
    }
    let all = RecordingSink.of(input)
    #expect(all.values("vitals_service_sockets").count == 8)
    #expect(all["vitals_service_sockets_left_out"] == 0)
    services[0] = service("api", [])
    #expect(RecordingSink.of(input).values("vitals_service_sockets").isEmpty)
    services = []
    #expect(lines(input) == [])
    #expect(
      log.lines == [
        "warning a watched service's sockets cannot be counted; they are absent service=far "
          + "advice=it is in another network namespace: run vitals in that one"
      ])
  }

  @Test("A kernel that does not tell is said once; a helper that does not come back leaves nothing")
  func untold() throws {
    try process(10, [70])
    let broken = input({ [service("api", [10])] }) { (_, _) throws(SystemError) in
      throw SystemError(call: "sock_diag", subject: "", code: 2)
    }
    for _ in 0..<2 { #expect(lines(broken) == []) }
    #expect(
      log.lines == ["warning the sockets of services cannot be counted error=sock_diag: No such file or directory"])
    let stuck = input({ [service("api", [10])] }, Self.dump([(1, 70)]))
    #expect(lines(stuck).count == 1)
    work.way = .stuck
    #expect(lines(stuck) == [])
  }

  @Test("This process's own sockets are found in the kernel's dump")
  func real() throws {
    let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
    defer { withExtendedLifetime(listener) {} }
    var census = SocketCensus(proc: "/proc")
    census.find([service("own", [HostName.processID])], at: tree.now)
    try census.count { (buffer, each) throws(SystemError) in
      try SocketDump.tcp(states: SocketCensus.ownedStates).run(&buffer, each)
    }
    #expect(census.rows[0].absence == nil)
    #expect(census.rows[0].counts[9] >= 1)
  }
}
