import Testing

@testable import VitalsAgent

@Suite("Services found by themselves")
struct DiscoveryTests {
  /// A process: id, parent, session, name, command line.
  typealias Line = (pid: Int32, parent: Int32, session: Int32, comm: String, arguments: [String])

  private func found(
    _ lines: [Line], tcp: Set<Int32>, unix: Set<Int32> = [], excluding: Set<Int32> = [], limit: Int = 32
  ) -> Discovery.Result {
    var processes: [Int32: Discovery.Candidate] = [:]
    for line in lines {
      processes[line.pid] = Discovery.Candidate(
        pid: line.pid, parent: line.parent, session: line.session, startTicks: UInt64(line.pid), comm: line.comm,
        arguments: line.arguments)
    }
    let listeners = tcp.map { Discovery.Listener(pid: $0, isTCP: true) }
    let local = unix.map { Discovery.Listener(pid: $0, isTCP: false) }
    return Discovery(processes, excluding: excluding).services(Set(listeners + local), limit: limit)
  }

  private func names(_ result: Discovery.Result) -> [String] {
    result.services.map { "\($0.name): \($0.pids.map(String.init).joined(separator: " "))" }
  }

  private let machine: [Line] = [
    (1, 0, 1, "systemd", ["/sbin/init"]),
    (50, 1, 50, "sshd", ["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"]),
    (51, 50, 51, "sshd", ["sshd: root@pts/0"]), (52, 51, 52, "bash", ["-bash"]), (53, 52, 52, "vitals", ["vitals"]),
    (60, 1, 60, "gunicorn", ["gunicorn: master [main:app]"]), (61, 60, 60, "gunicorn", ["gunicorn: worker [main:app]"]),
    (62, 60, 60, "gunicorn", ["gunicorn: worker [main:app]"]), (63, 62, 60, "convert", ["convert", "a.png"]),
    (70, 1, 70, "postgres", ["/usr/bin/postgres", "-D", "/x"]), (71, 70, 71, "postgres", ["postgres: walwriter "]),
    (80, 1, 80, "containerd-shim", ["containerd-shim", "-id", "1"]),
    (81, 80, 81, "redis-server", ["redis-server *:6379"]),
  ]

  @Test("Masters with their workers, and what those started; shells and containers are no part of what started them")
  func machineWide() {
    let result = found(
      machine, tcp: [1, 50, 53, 60, 61, 62, 70, 81], unix: [1, 70, 80], excluding: [53, 52, 51])
    #expect(
      names(result) == [
        "sshd: 50", "gunicorn main:app: 60 61 62 63", "postgres: 70 71", "redis-server: 81", "containerd-shim: 80",
      ])
  }

  @Test("Past the limit those that listen on a unix socket alone are left out first, and counted")
  func limit() {
    let result = found(machine, tcp: [60, 70], unix: [50, 80], limit: 3)
    #expect(names(result).map { $0.prefix(8) } == ["gunicorn", "postgres", "sshd: 50"])
    #expect(result.leftOut == 1)
  }

  @Test("Services of one name are one; one that listens apart within another's family is a service of its own")
  func sameName() {
    let lines: [Line] = [
      (10, 1, 10, "python3", ["python3", "a.py"]), (20, 1, 20, "python3", ["python3", "a.py"]),
      (11, 10, 10, "node", ["node", "b.js"]),
    ]
    #expect(names(found(lines, tcp: [10, 20], unix: [])) == ["a.py: 10 11 20"])
    #expect(names(found(lines, tcp: [20, 11])) == ["b.js: 11", "a.py: 20"])
  }

  @Test("A circle of parents, an unknown parent and a listener that is gone harm nobody")
  func broken() {
    let lines: [Line] = [(10, 11, 1, "a", ["a"]), (11, 10, 1, "a", ["a"]), (12, 99, 1, "b", [])]
    let result = found(lines, tcp: [10, 11, 12, 404])
    #expect(Set(result.services.flatMap(\.pids)) == [10, 11, 12])
    #expect(found([], tcp: [1]) == Discovery.Result())
  }
}

@Suite("Holders of sockets")
struct SocketHolderTests {
  private let tree: ProcTree

  init() throws {
    tree = try ProcTree()
    try tree.link("10/fd/3", to: "socket:[77]")
    try tree.link("10/fd/4", to: "/dev/null")
    try tree.link("11/fd/3", to: "socket:[77]")
    try tree.link("11/fd/5", to: "socket:[78]")
    for (number, target) in ["socket:[]", "socket:[x]", "socket:[77", "socket:[99999999999999999999999]", "pipe:[77]"]
      .enumerated()
    {
      try tree.link("12/fd/\(number)", to: target)
    }
  }

  @Test("Sockets are found among descriptors, broken links are none, and the dead are forgotten")
  func found() throws {
    var holders = SocketHolders(proc: tree.paths.proc)
    let alive: [Int32: UInt64] = [10: 1, 11: 1, 12: 1, 13: 1]
    holders.renew(alive, [77, 78], tree.now)
    #expect(Set(holders.holders(of: 77)) == [10, 11])
    #expect(holders.holders(of: 78) == [11])
    #expect(holders.holders(of: 79) == [])
    holders.renew([10: 1], [77, 78], tree.now)
    #expect(holders.holders(of: 77) == [10])
    #expect(holders.holders(of: 78) == [])
    // Its only holder was replaced by another process of this id: it is searched again at once.
    tree.pass(60)
    holders.renew([10: 1, 11: 1], [77, 78], tree.now)
    holders.renew([10: 1, 11: 2], [77, 78], tree.now)
    #expect(holders.holders(of: 78) == [11])
  }

  @Test("Whoever takes a socket over is found a minute later; a socket that closed has no holder")
  func takenOver() throws {
    var holders = SocketHolders(proc: tree.paths.proc)
    let alive: [Int32: UInt64] = [10: 1, 13: 1]
    holders.renew(alive, [77], tree.now)
    try tree.link("13/fd/3", to: "socket:[77]")
    tree.pass(10)
    holders.renew(alive, [77], tree.now)
    #expect(holders.holders(of: 77) == [10])
    tree.pass(60)
    holders.renew(alive, [77], tree.now)
    #expect(Set(holders.holders(of: 77)) == [10, 13])
    holders.renew(alive, [], tree.now)
    #expect(holders.holders(of: 77) == [])
  }
}
