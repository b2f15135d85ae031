import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// Patterns and directories: which files are followed, and when.
@Suite("The set of followed logs") struct LogSourcesTests {
  private let folder: LogFolder
  private let work = StepWork()
  private let log = RecordingLog()

  init() throws { folder = try LogFolder() }

  private func input(
    _ patterns: [String], service: String = "api", fromStart: Bool = false, checkpoint: String? = nil,
    openLimit: Int = Limits.openLogs
  ) -> LogInput {
    LogInput(
      sources: patterns.map { LogSource(service: service, path: folder.path($0)) }, fromStart: fromStart, work: work,
      log: log, checkpoint: checkpoint.map { Checkpoint(path: folder.path($0), work: work, log: log) },
      openLimit: openLimit)
  }

  private func tick(_ input: LogInput, _ times: Int = 1) {
    for _ in 0..<times {
      folder.now.boot &+= 1_000_000_000
      input.sample(at: folder.now)
      input.tick(at: folder.now)
    }
  }

  private func names(_ input: LogInput) -> [String] {
    input.files.map { String($0.source.path.split(separator: "/").last ?? "") }.sorted()
  }

  private func lines(_ input: LogInput) -> [String: Double] {
    RecordingSink.of(input).samples.filter { $0.name == "vitals_tail_lines_total" }.reduce(into: [:]) {
      $0[$1.labels["path"]?.split(separator: "/").last.map(String.init) ?? "", default: 0] += $1.value
    }
  }

  @Test(
    "Names that are no logs of their own",
    arguments: [
      ("app.log.1", [], true), ("app.log-20261121", [], true), ("app.log.1.gz", [], true), ("app.log.gz", [], true),
      ("app.log.2026-11-21T10:00", [], true), ("app.log~", [], true), (".app.log.swp", [], true),
      ("app-2026-11-21.log", ["app.log"], true), ("app.1.log", ["app.log"], true), ("api-2", ["api"], true),
      ("app-2026-11-21.log", [], false), ("0.log", [], false), ("api2", ["api"], false), ("api-2", [], false),
      ("app.log", ["app"], false), ("-1", [], false), ("", [], false), ("1", [], false), ("app.json", [], false),
      ("ä-1.log", ["ä.log"], true),
    ] as [(String, Set<String>, Bool)])
  func old(name: String, others: Set<String>, isOld: Bool) {
    #expect(LogNames.isOld(name, among: others) == isOld)
  }

  @Test(
    "What looks like a log in a directory",
    arguments: [
      ("wtmp", false), ("lastlog", false), ("app.db", false), ("README.md", false), ("x.log.pid", false),
      (".log", true),
      ("app.log", true), ("app.jsonl", true), ("syslog", true), ("access_log", true), ("messages", true),
    ])
  func logs(name: String, isLog: Bool) { #expect(LogNames.isLog(name) == isLog) }

  @Test(
    "A pattern means what a shell would make of it, less what was rotated",
    arguments: [
      ("*.log", ["a.log", "b.log"]), ("?.log", ["a.log", "b.log"]), ("*/*.log", ["c.log"]),
      ("**/*.log", ["a.log", "b.log", "c.log", "d.log"]),
      ("s*/", ["c.log"]), ("", ["a.log", "b.log", "x.json"]), ("sub/**", ["c.log", "d.log"]), ("none/*.log", []),
      (".h*", [".hidden.log"]),
      ("a.log/*", []), ("link/*.log", ["c.log"]), ("l*/*.log", ["c.log"]),
    ] as [(String, [String])])
  func patterns(pattern: String, wanted: [String]) throws {
    try FileManager.default.createDirectory(atPath: folder.path("sub/deep"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: folder.path("sub"))
    for name in [
      "a.log", "b.log", "a.log.1", "b.log.2.gz", "x.json", "y.db", ".hidden.log", "sub/c.log", "sub/deep/d.log",
    ] {
      try folder.append("{}\n", to: name)
    }
    let path = folder.folder.path + "/" + pattern
    let source = LogSource(service: "", path: path)
    guard case .scan(let scan) = LogFinder(source).look(at: folder.now) else { return }
    // A link's files are those of the directory: LogSet takes them once.
    #expect(Set(scan.files.map { String($0.path.split(separator: "/").last ?? "") }).sorted() == wanted.sorted())
  }

  @Test("A file that comes later is read from its start, those that were there from their ends")
  func late() throws {
    try folder.append("{}\n", to: "a.log")
    let input = input(["*.log"])
    tick(input)
    #expect(names(input) == ["a.log"])
    try folder.append("{}\n{}\n", to: "b.log")
    try folder.append("{}\n", to: "a.log")
    tick(input)
    tick(input)
    #expect(lines(input) == ["a.log": 1, "b.log": 2])
    #expect(input.services.count == 1)
  }

  @Test("A rotated file is no new log, whatever it is called, and its rest is read")
  func rotated() throws {
    try folder.append("{}\n", to: "a.log")
    let input = input(["a*"])
    tick(input)
    let writer = try folder.writer("a.log")
    try folder.move("a.log", "a.before")
    try writer.write(contentsOf: Data("{}\n{}\n".utf8))
    try folder.append("{}\n", to: "a.log")
    tick(input, 15)
    #expect(names(input) == ["a.log"])
    #expect(lines(input) == ["a.log": 3])
    #expect(RecordingSink.of(input)["vitals_tail_left_out", #"reason="same_file""#] == 1)
  }

  @Test("Of a file and links to it the file is followed; a link that is turned to another is followed then")
  func links() throws {
    try folder.append("{}\n", to: "b.log")
    try FileManager.default.createSymbolicLink(atPath: folder.path("a.log"), withDestinationPath: folder.path("b.log"))
    let input = input(["*.log"])
    tick(input, 2)
    #expect(names(input) == ["b.log"])
    try folder.append("{}\n", to: "c.txt")
    try folder.delete("a.log")
    try FileManager.default.createSymbolicLink(atPath: folder.path("a.log"), withDestinationPath: folder.path("c.txt"))
    tick(input, 2)
    #expect(names(input) == ["a.log", "b.log"])
    #expect(lines(input) == ["a.log": 1, "b.log": 0])
  }

  @Test("One that is gone is let go, its counters stay and go on")
  func gone() throws {
    try folder.append("{}\n", to: "a.log")
    let input = input(["*.log"], fromStart: true)
    tick(input)
    try folder.delete("a.log")
    tick(input, Int(Limits.logGoneSeconds) + 70)
    #expect(names(input) == [])
    #expect(lines(input) == ["a.log": 1])
    try folder.append("{}\n{}\n", to: "a.log")
    tick(input, 2)
    #expect(lines(input) == ["a.log": 3])
  }

  @Test("Past the limit on series logs are summed up")
  func other() throws {
    for number in 0..<(Limits.logRows + 10) { try folder.append("{}\n", to: "\(number).log") }
    let input = input(["*.log"], fromStart: true)
    tick(input, 2)
    let lines = lines(input)
    #expect(lines.count == Limits.logRows + 1)
    #expect(lines["other"] == 10)
    #expect(RecordingSink.of(input)["vitals_tail_files"] == Double(Limits.logRows + 10))
  }

  @Test("A pattern without a service has one for each name, up to a limit")
  func services() throws {
    for number in 0..<(Limits.logServices + 5) { try folder.append("{}\n", to: "s\(number).log") }
    let input = input(["*.log"], service: "", fromStart: true)
    tick(input)
    #expect(input.services.count == Limits.logServices + 1)
    #expect(input.services.last?.service == "other")
  }

  @Test("A directory that does not answer keeps nobody waiting, and its logs come when it does")
  func stuck() throws {
    try folder.append("{}\n", to: "a.log")
    let input = input(["*.log"], fromStart: true)
    work.way = .refused
    tick(input, Int(Limits.logFirstScanSeconds) + 2)
    #expect(log.lines.filter { $0.contains("logs are not found") }.count == 1)
    work.way = .prompt
    tick(input, Int(Limits.logScanRetrySeconds) + 2)
    #expect(lines(input) == ["a.log": 1])
  }

  @Test("A restart resumes what was there and reads what came meanwhile from its start")
  func restart() throws {
    try folder.append("{}\n", to: "a.log")
    let first = input(["*.log"], checkpoint: "state")
    tick(first, 2)
    try folder.append("{}\n", to: "a.log")
    tick(first)
    first.finish(at: folder.now) {}
    try folder.append("{}\n{}\n", to: "a.log")
    try folder.append("{}\n{}\n{}\n", to: "b.log")
    let second = input(["*.log"], checkpoint: "state")
    tick(second, 2)
    #expect(lines(second) == ["a.log": 2, "b.log": 3])
    let third = input(["?.log"], checkpoint: "state2")
    tick(third, 2)
    #expect(lines(third) == ["a.log": 0, "b.log": 0])
  }

  @Test("Silent files are closed when there are too many, and every line counts, rotated ones too", arguments: [1, 3])
  func closed(limit: Int) throws {
    let input = input(["*.log"], openLimit: limit)
    for number in 0..<8 { try folder.append("{}\n", to: "\(number).log") }
    tick(input, 2)
    var wanted = Dictionary(uniqueKeysWithValues: (0..<8).map { ("\($0).log", 0.0) })
    for round in 0..<12 {
      for number in stride(from: round % 3, to: 8, by: 3) {
        let name = "\(number).log"
        try folder.append("{}\n{}\n", to: name)
        wanted[name, default: 0] += 2
        if round % 4 == 3 {
          try folder.move(name, "\(name).\(round)")
          try folder.append("{}\n", to: name)
          wanted[name, default: 0] += 1
        }
      }
      tick(input, round % 5 == 0 ? 20 : 1)
      let open = RecordingSink.of(input)["vitals_tail_open_files"] ?? -1
      #expect(open <= Double(limit) + 16)
    }
    tick(input, 400)
    #expect(lines(input) == wanted)
    #expect(RecordingSink.of(input)["vitals_tail_open_files"] ?? 9 <= Double(limit))
  }
}
