import Foundation
import Testing

@testable import VitalsAgent

/// Which processes of the table are not read because they have not run.
@Suite("Processes of the table that rest") struct ProcessRestTests {
  private let tree: ProcTree
  private let table: ProcessTable

  init() throws {
    tree = try ProcTree()
    try tree.process(1, "init", parent: 0, start: 1)
    table = ProcessTable(proc: tree.paths.proc)
  }

  /// Writes a process that has `size` bytes of memory, and what it has run.
  private func process(
    _ run: String? = "1000 5 1\n", size: Int = 1, parent: Int = 1, start: UInt64 = 100, state: String = "S",
    threads: Int = 1, command: [String] = ["app"]
  ) throws {
    try tree.process(
      10, "app", parent: parent, start: start, command: command, state: state, threads: threads, size: size)
    if let run { try tree.write("10/schedstat", run) }
  }

  private func walk(_ count: Int = 1, seconds: UInt64 = 1) throws {
    for _ in 0..<count {
      tree.pass(seconds)
      try table.walk(tree.now)
    }
  }

  private var size: UInt64? { table.entries[10]?.stat.virtualBytes }

  static let restless: [(run: String?, state: String, threads: Int)] = [
    (nil, "S", 1), ("", "S", 1), ("5 6\n", "S", 1), ("0 0 0\n", "S", 1), ("5 6 7\n", "R", 1), ("5 6 7\n", "S", 2),
    ("5 6 7\n", "Z", 1),
  ]

  @Test("One of which it is not certain that it has not run is read", arguments: restless)
  func uncertain(run: String?, state: String, threads: Int) throws {
    try process(run, state: state, threads: threads)
    for size in 2..<6 {
      try walk()
      #expect(table.entries[10]?.mark == nil)
      try process(nil, size: size, state: state, threads: threads)
      try walk()
      #expect(self.size == UInt64(size))
    }
  }

  @Test(
    "One that has not run is not read until a while has passed; one that has is read at once",
    arguments: ["1001 5 1\n", "1000 6 1\n", "1000 5 2\n"])
  func rests(later: String) throws {
    try process()
    try walk(3)
    #expect(table.entries[10]?.mark != nil && table.mark(of: 10) != nil)
    try process(nil, size: 2)
    try walk()
    #expect(size == 1)
    try process(later, size: 3)
    #expect(table.mark(of: 10) == nil && table.entries[10]?.mark == nil)
    try walk()
    #expect(size == 3)
    try walk(2)
    try process(nil, size: 4)
    try walk()
    #expect(size == 3 && table.entries[10]?.mark != nil)
    try walk(2 * Limits.quietWalks, seconds: UInt64(Limits.restRenewSeconds))
    #expect(size == 4 && table.entries[10]?.mark != nil)
  }

  @Test("One that somebody wants read at every walk is", arguments: [false, true])
  func watched(mayRest: Bool) throws {
    try process()
    table.watchedMayRest = mayRest
    try walk()
    table.forEach { $0.isWatched = true }
    try walk(2)
    try process(nil, size: 2)
    try walk()
    #expect(size == (mayRest ? 1 : 2))
    #expect((table.entries[10]?.mark != nil) == mayRest)
    table.watchedMayRest = false
    try walk()
    #expect(size == 2 && table.entries[10]?.mark == nil)
  }

  @Test("Another process with its id is another, and one that is gone has no mark")
  func recycled() throws {
    let table = ProcessTable(proc: tree.paths.proc, heldFiles: 0)
    try process()
    for step in 0..<5 {
      if step == 4 {
        #expect(table.entries[10]?.mark?.startTicks == 100)
        try process("7 7 7\n", size: 2, start: 900)
      }
      tree.pass()
      try table.walk(tree.now)
    }
    #expect(table.entries[10]?.stat.startTicks == 900 && table.entries[10]?.mark == nil)
    try tree.remove("10")
    #expect(table.mark(of: 10) == nil)
    tree.pass()
    try table.walk(tree.now)
    #expect(table.entries[10] == nil && table.mark(of: 10) == nil)
  }

  static let endings: [(gone: Bool, state: String, start: UInt64)] = [
    (true, "S", 50), (false, "Z", 50), (false, "X", 50), (false, "S", 200),
  ]

  @Test("When its parent is gone, dead or another one it has a new one, without having run", arguments: endings)
  func orphan(gone: Bool, state: String, start: UInt64) throws {
    try tree.process(5, "parent", start: 50, threads: 1)
    try process(parent: 5)
    try walk(3)
    let changes = table.changes
    try process(nil, parent: 1)
    try walk()
    #expect(table.entries[10]?.stat.parent == 5 && table.changes == changes)
    if gone { try tree.remove("5") } else { try tree.process(5, "parent", start: start, state: state, threads: 1) }
    try walk()
    #expect(table.entries[10]?.stat.parent == 1 && table.changes > changes)
    #expect(table.entries[10]?.mark != nil)
  }

  @Test("A title written before it came to rest is seen within its time; its cgroup always, the rest after longer")
  func identity() throws {
    try walk()
    try process()
    try walk()
    try process(command: ["title"])
    try walk(Int(Limits.identityRenewSeconds) + Limits.quietWalks)
    #expect(table.entries[10]?.identity.arguments == ["title"])
    try process(nil, command: ["other"])
    try walk(Limits.quietWalks * 4, seconds: 20)
    #expect(table.entries[10]?.identity.arguments == ["title"])
    try walk(Limits.quietWalks, seconds: UInt64(Limits.identityRestSeconds))
    #expect(table.entries[10]?.identity.arguments == ["other"])
  }

  @Test("A process that is moved to another cgroup is seen there although it rests")
  func cgroup() throws {
    let table = ProcessTable(proc: tree.paths.proc, withCgroups: true)
    try process()
    try tree.write("10/cgroup", "0::/a\n")
    for step in 0..<4 {
      if step == 3 { try tree.write("10/cgroup", "0::/b\n") }
      tree.pass()
      try table.walk(tree.now)
    }
    #expect(table.entries[10]?.mark != nil && table.entries[10]?.identity.cgroups == ["/a"])
    for _ in 0..<Int(Limits.identityRenewSeconds) + Limits.quietWalks {
      tree.pass()
      try table.walk(tree.now)
    }
    #expect(table.entries[10]?.identity.cgroups == ["/b"])
  }

  @Test("What it does when it wakes is its load since it was last asked")
  func load() throws {
    try process()
    try walk(60)
    #expect(table.entries[10]?.load == 0)
    try tree.process(10, "app", user: 100, threads: 1)
    try tree.write("10/schedstat", "9 9 9\n")
    var load = 0.0
    for _ in 0..<Limits.quietWalks {
      try walk()
      load = max(load, table.entries[10]?.load ?? 0)
    }
    #expect(load >= 1 / Double(Limits.quietWalks))
    #expect(table.entries[10]?.stat.userTicks == 100)
  }
}
