import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// Logs that nobody named: which of the files that processes hold open are taken.
@Suite("Logs that are found by themselves") struct LogDiscoveryTests {
  private let folder: LogFolder
  private let work = StepWork()
  private let log = RecordingLog()
  private static let line = #"{"timestamp":"2026-11-21T10:00:00Z","level":"info","event":"started"}"# + "\n"

  init() throws { folder = try LogFolder() }

  /// A process's descriptor, as the kernel shows it.
  private func hold(_ name: String, as number: Int, flags: String = "0102001", by pid: String = "42") throws {
    for part in ["fd", "fdinfo"] {
      try FileManager.default.createDirectory(
        atPath: folder.path("proc/\(pid)/\(part)"), withIntermediateDirectories: true)
    }
    let link = folder.path("proc/\(pid)/fd/\(number)")
    try? FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path(name))
    try "pos:\t0\nflags:\t\(flags)\nmnt_id:\t28\n".write(
      toFile: folder.path("proc/\(pid)/fdinfo/\(number)"), atomically: true, encoding: .utf8)
  }

  private let services = [ServiceProcesses(service: "api", pids: [42], isNamed: true)]

  private func birth(_ name: String) throws -> Int64 {
    try FileDescriptor.openForTail(folder.path(name)).status().identity.birth
  }

  private func look(_ open: OpenLogs) -> [String] {
    folder.now.boot += 1
    return (open.look(services, at: folder.now)?.files ?? []).map { String($0.path.split(separator: "/").last ?? "") }
  }

  @Test(
    "How a file must be open",
    arguments: [
      ("", true, false), ("flags:\t", true, false), ("flags:\t9", true, false), ("flags:\t0100000", true, false),
      ("flags:\t0100002", false, false), ("flags:\t0100002", true, true), ("flags:\t0102002", false, true),
      ("pos:\t1\nflags:\t0100001\n", false, true), ("flags:\t0102001", false, true),
    ])
  func flags(info: String, isOutput: Bool, isWritten: Bool) {
    #expect(OpenLogs.isWritten(Array(info.utf8), isOutput: isOutput) == isWritten)
  }

  @Test(
    "What a log's lines are",
    arguments: [
      ("", nil), (Self.line.dropLast() + "", nil), ("SQLite format 3\0\u{1}\n\0\0\n", false),
      ("a,b\n1,2\n3,4\n", false),
      ("{\"id\":1,\"name\":\"x\"}\n{\"id\":2,\"name\":\"y\"}\n", false), ("one\ntwo\nthree\n", false),
      ("%PDF-1.4\n%xyz\n", false), ("{\"level\":\"info\"\n{\n{\n", false),
      (Self.line, true), (Self.line + "half", true), ("\0\0\0" + Self.line, true),
      ("banner\n" + Self.line + Self.line, true),
      ("127.0.0.1 - - [21/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n", true),
      ("level=info msg=started\n", true), ("2026-11-21 10:00:00,123 INFO app: started\n", true),
    ] as [(String, Bool?)])
  func verdict(text: String, isLog: Bool?) { #expect(LogVerdict.isLog(Array(text.utf8)) == isLog) }

  @Test("Of a process's files those are taken that are logs, and what is left out is counted")
  func open() throws {
    for name in ["app.log", "out", "input.log", "app.log.1"] { try folder.append(Self.line, to: name) }
    try folder.append("SQLite format 3\0\n\0\n", to: "data.db")
    try folder.append("", to: "empty.log")
    try folder.append(Self.line, to: "own.log")
    try hold("out", as: 1, flags: "0100002")
    try hold("app.log", as: 3)
    try hold("app.log", as: 4)
    try hold("input.log", as: 5, flags: "0100000")
    try hold("app.log.1", as: 6)
    try hold("data.db", as: 7)
    try hold("empty.log", as: 8)
    try hold("own.log", as: 9)
    try hold("own.log", as: 2, by: "self")
    try hold("missing.log", as: 10)
    let open = OpenLogs(proc: folder.path("proc"))
    #expect(look(open) == ["out", "app.log"])
    #expect(open.look(services, at: folder.now)?.leftOut == [.form: 1])
    try folder.append(Self.line, to: "empty.log")
    #expect(look(open) == ["out", "app.log", "empty.log"])
  }

  /// A process with one thread that has run so often.
  private func rest(_ turns: Int) throws {
    try folder.replace("proc/42/stat", ProcTree.stat(42, "api", threads: 1))
    try folder.replace("proc/42/schedstat", "1000 5 \(turns)\n")
  }

  @Test("Of a process that rests only its files are looked at again, whatever others do with those")
  func resting() throws {
    for name in ["app.log", "shared.log", "later.log"] { try folder.append(Self.line, to: name) }
    try folder.append("", to: "empty.log")
    try hold("app.log", as: 3)
    try hold("empty.log", as: 4)
    try hold("shared.log", as: 5, flags: "0100002")
    try hold("gone.log (deleted)", as: 6)
    try rest(1)
    let proc = folder.path("proc")
    let open = OpenLogs(proc: proc, rests: RestingProcesses(proc: proc))
    for _ in 0..<2 { #expect(look(open) == ["app.log"]) }
    // Only a process that runs can open this one, so it is not looked for.
    try hold("later.log", as: 7)
    #expect(look(open) == ["app.log"])
    // What is done by others: a first line, O_APPEND by who shares the open file, a new name, a deletion.
    try folder.append(Self.line, to: "empty.log")
    try hold("shared.log", as: 5)
    #expect(look(open) == ["app.log", "empty.log", "shared.log"])
    try FileManager.default.moveItem(atPath: folder.path("app.log"), toPath: folder.path("app.log.1"))
    try hold("app.log.1", as: 3)
    #expect(look(open) == ["empty.log", "shared.log"])
    try FileManager.default.moveItem(atPath: folder.path("app.log.1"), toPath: folder.path("app.log"))
    try hold("app.log", as: 3)
    try FileManager.default.removeItem(atPath: folder.path("empty.log"))
    #expect(look(open) == ["app.log", "shared.log"])
    try rest(2)
    #expect(look(open) == ["app.log", "shared.log", "later.log"])
  }

  @Test("A process with threads, or one whose turns are not counted, is looked at each time")
  func restless() throws {
    try folder.append(Self.line, to: "app.log")
    try hold("app.log", as: 3)
    let proc = folder.path("proc")
    for (threads, turns) in [(2, 1), (1, 0)] {
      try rest(turns)
      try folder.replace("proc/42/stat", ProcTree.stat(42, "api", threads: threads))
      let open = OpenLogs(proc: proc, rests: RestingProcesses(proc: proc))
      for number in 4..<7 {
        try folder.append(Self.line, to: "\(number).log")
        try hold("\(number).log", as: number)
        #expect(look(open).last == "\(number).log")
      }
      for number in 4..<7 { try FileManager.default.removeItem(atPath: folder.path("proc/42/fd/\(number)")) }
    }
  }

  @Test("Although it rests, a process's descriptors are gone through now and then")
  func rarely() throws {
    for name in ["app.log", "later.log"] { try folder.append(Self.line, to: name) }
    try hold("app.log", as: 3)
    try rest(1)
    let proc = folder.path("proc")
    let open = OpenLogs(proc: proc, rests: RestingProcesses(proc: proc))
    #expect(look(open) == ["app.log"])
    try hold("later.log", as: 4)
    var looks = 1
    while look(open).count < 2, looks <= Limits.restLooks { looks += 1 }
    #expect(looks > 2 && looks <= Limits.restLooks)
  }

  @Test("They are followed from their ends, new ones from their starts, one line each says so")
  func followed() throws {
    try folder.append(Self.line, to: "app.log")
    try hold("app.log", as: 3)
    var paths = KernelPaths()
    paths.proc = folder.path("proc")
    let discovery = LogDiscovery(paths: paths, work: work, log: log) { [services] in services }
    let input = LogInput(sources: [], fromStart: false, work: work, log: log, discovery: discovery)
    // File systems stamp by a clock that moves every few milliseconds: the agent begins just behind the first file's birth.
    let born = try birth("app.log")
    var now = Moment(boot: 1_000_000_000, real: UInt64(born) + 1)
    func tick(_ seconds: Int) {
      for _ in 0..<seconds {
        now.boot &+= 1_000_000_000
        input.sample(at: now)
        input.tick(at: now)
      }
    }
    tick(2)
    repeat {
      try? FileManager.default.removeItem(atPath: folder.path("new.log"))
      try folder.append(Self.line + Self.line, to: "new.log")
    } while try birth("new.log") <= born + 1
    try hold("new.log", as: 4)
    try folder.append(Self.line, to: "app.log")
    tick(Int(Limits.openLogLookSeconds) + 2)
    #expect(input.files.map(\.totals.lines) == [1, 2])
    #expect(input.services.map(\.service) == ["api"])
    #expect(log.lines.filter { $0.contains("log of a service was found by itself") }.count == 2)
    #expect(RecordingSink.of(input)["vitals_tail_files"] == 2)
  }

  @Test(
    "Which options let logs be found",
    arguments: [
      ([], true, 0), (["auto"], true, 0), (["none"], false, 0), (["a.log"], false, 1), (["a.log", "auto"], true, 1),
    ] as [([String], Bool, Int)])
  func options(logs: [String], findsLogs: Bool, count: Int) throws {
    let options = try RunOptions(logs.isEmpty ? [:] : ["log": logs])
    #expect(options.findsLogs == findsLogs && options.logs.count == count)
    #expect(throws: UsageError.self) { try RunOptions(["log": ["none", "a.log"]]) }
  }
}
