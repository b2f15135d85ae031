import Foundation
import Testing

@testable import VitalsAgent

/// How seldom the files of processes are read that have no series.
@Suite("Files of a group's members") struct MemberFilesTests {
  private let tree: ProcTree

  init() throws {
    tree = try ProcTree()
    try tree.process(10, "app", threads: 1)
    try tree.write("10/schedstat", "1000 5 1\n")
  }

  /// What others, or the process itself, do meanwhile, and whether the figures are read again a minute later.
  static let changes: [(change: String, isRead: Bool)] = [
    ("none", false), ("swapped", true), ("run", true), ("uncounted", true), ("threads", true), ("gone", true),
  ]

  @Test(
    "A process that has not run is not read again, but for what shows that others did something", arguments: changes)
  func rests(change: String, isRead: Bool) throws {
    let files = MemberFiles(tree.folder.path + "/10", pid: 10, startTicks: 100)
    var stat = try stat()
    func renew(after seconds: Double) -> Int {
      tree.pass(UInt64(seconds))
      var buffer: [UInt8] = []
      return files.renew(stat, nil, tree.now, &buffer)
    }
    try tree.write("10/io", "read_bytes: 1\n")
    #expect(renew(after: 1) > 1)
    #expect(renew(after: Limits.groupRenewSeconds - 1) == 0)
    #expect(renew(after: 1) == 1)
    try tree.write("10/io", "read_bytes: 2\n")
    switch change {
    case "swapped": stat.residentPages -= 1
    case "run": try tree.write("10/schedstat", "1000 5 2\n")
    case "uncounted": try tree.write("10/schedstat", "0 0 0\n")
    case "threads": stat.threads = 2
    case "gone": try tree.remove("10/schedstat")
    default: break
    }
    #expect(renew(after: Limits.groupRenewSeconds) == (isRead ? 5 : 1))
    #expect(files.figures?.readBytes == (isRead ? 2 : 1))
  }

  @Test("One that used CPU time is read at once, and one that did not run now and then all the same")
  func reads() throws {
    let files = MemberFiles(tree.folder.path + "/10", pid: 10, startTicks: 100)
    var stat = try stat()
    var buffer: [UInt8] = []
    var reads = 0
    for _ in 0..<13 {
      reads += files.renew(stat, nil, tree.now, &buffer) > 1 ? 1 : 0
      tree.pass(UInt64(Limits.groupRenewSeconds))
    }
    #expect(reads == 3)
    stat.userTicks += 1
    #expect(files.renew(stat, nil, tree.now, &buffer) > 1)
    stat.userTicks += 1
    #expect(files.renew(stat, nil, tree.now, &buffer) > 1)
    #expect(files.renew(stat, nil, tree.now, &buffer) == 0)
  }

  @Test("Of one that somebody else knows to rest nothing is read, until its mark is another or a while has passed")
  func known() throws {
    let files = MemberFiles(tree.folder.path + "/10", pid: 10, startTicks: 100)
    let stat = try stat()
    func renew(_ slices: UInt64) throws -> Int {
      let bytes = Array("1000 5 \(slices)\n".utf8)
      let reading = RestMark.run(bytes.span)
      let run = try #require(reading)
      tree.pass(UInt64(Limits.groupRenewSeconds))
      var buffer: [UInt8] = []
      return files.renew(stat, RestMark(startTicks: 100, run: run), tree.now, &buffer)
    }
    #expect(try [renew(1), renew(1), renew(1), renew(2), renew(2)] == [5, 0, 0, 5, 0])
    var reads: [Int] = []
    for _ in 0..<5 { reads.append(try renew(2)) }
    #expect(reads == [0, 0, 0, 5, 0])
  }

  private func stat() throws -> ProcessStat {
    let bytes = Array(ProcTree.stat(10, "app", threads: 1).utf8)
    let stat = ProcessStat(bytes.span)
    return try #require(stat)
  }
}
