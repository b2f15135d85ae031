import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The log input")
struct LogInputTests {
  @Test(
    "A log's name is SERVICE=PATH or PATH",
    arguments: [
      ("", nil), ("=x", nil), ("a=", nil), ("/var/", " /var/"), ("a=/l/*.log", "a /l/*.log"), ("/l/?.log", " /l/?.log"),
      ("api=/l/x.log", "api /l/x.log"), ("/l/x.log", "x /l/x.log"),
      ("x", "x x"), ("/l/a=b.log", "a=b /l/a=b.log"), (".log", ".log .log"),
    ] as [(String, String?)])
  func sources(text: String, wanted: String?) {
    #expect(LogSource.parse(text).map { "\($0.service) \($0.path)" } == wanted)
  }

  @Test("What a stuck helper read late is counted once, and it is said once")
  func stuck() throws {
    let folder = try LogFolder()
    let work = ManualWork()
    let log = ListLog()
    let input = LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: log)
    try folder.append(#"{"level":"info","method":"GET","path":"/x","status":200,"process_time":0.1}"# + "\n")
    input.sample(at: folder.now)
    input.sample(at: folder.now)
    #expect(work.waiting.count == 1)
    work.finish(late: true)
    #expect(input.services.first?.routes.isEmpty == true)
    folder.now.boot &+= 1_000_000_000
    input.sample(at: folder.now)
    #expect(work.waiting.isEmpty)
    folder.now.boot &+= 10_000_000_000
    input.sample(at: folder.now)
    work.finish(late: false)
    #expect(input.services.first?.routes.first?.statuses.first?.count == 1)
    #expect(log.lines.filter { $0.contains("stuck") }.count == 1)
    #expect(log.lines.contains("log answers again"))
    let sink = ListSink()
    input.collect(into: sink)
    #expect(sink.lines.contains(#"http_requests_total method="GET",path="/x",service="api",status="200" 1.0"#))
    #expect(sink.lines.contains(#"http_request_duration_seconds method="GET",path="/x",service="api" 1"#))
    #expect(sink.lines.contains(#"log_lines_total level="info",service="api" 1.0"#))
    #expect(sink.lines.contains { $0.hasPrefix("vitals_tail_lag_bytes") && $0.hasSuffix(" 0.0") })
    #expect(!sink.lines.contains { $0.hasPrefix("cache_hits_total") })
    #expect(input.seriesCount == 5)
  }

  @Test(
    "A log that is given twice is refused",
    arguments: [
      (["a=/l/x", "b=/l/x"], "b=/l/x"), (["/l/x", "/l/x"], "/l/x"), (["x", "y=./x"], "y=./x"),
      (["/l//x", "z", "/l/./x"], "/l/./x"), (["/x", "x"], nil), (["x.1", "x"], nil),
    ] as [([String], String?)])
  func repeated(logs: [String], refused: String?) {
    var message: String?
    do throws(UsageError) { _ = try RunOptions(["log": logs]) } catch { message = error.message }
    #expect(message == refused.map { "--log \($0): this file was given before, and its lines would count twice" })
  }

  @Test("One file under two names is followed once, and that is said")
  func twins() throws {
    let folder = try LogFolder()
    try folder.append("{}\n")
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: folder.path)
    let work = ManualWork()
    let log = ListLog()
    let input = LogInput(
      sources: ["app.log", "link"].map { LogSource(service: $0, path: folder.path($0)) }, fromStart: true, work: work,
      log: log)
    for _ in 0..<3 {
      input.sample(at: folder.now)
      while !work.waiting.isEmpty { work.finish(late: false) }
    }
    #expect(log.lines.filter { $0 == "two logs are one file, which is followed once" }.count == 1)
    #expect(input.files.map { $0.totals.lines } == [1, 0])
  }

  @Test("A line that is too long is a line that was read")
  func lines() throws {
    let folder = try LogFolder()
    try folder.append("{}\n" + String(repeating: "x", count: Limits.lineBytes + 1) + "\n{}\n")
    let work = ManualWork()
    let input = LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: ListLog())
    input.sample(at: folder.now)
    while !work.waiting.isEmpty { work.finish(late: false) }
    let sink = ListSink()
    input.collect(into: sink)
    #expect(sink.lines.contains { $0.hasPrefix("vitals_tail_lines_total") && $0.hasSuffix(" 3.0") })
  }

  @Test("A log that is longer than a slice is caught up with at once")
  func catchUp() throws {
    let folder = try LogFolder()
    let work = ManualWork()
    let input = LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: ListLog())
    try folder.append(String(repeating: #"{"level":"info","text":"0123456789"}"# + "\n", count: 40_000))
    input.sample(at: folder.now)
    var goes = 0
    while !work.waiting.isEmpty {
      work.finish(late: false)
      goes += 1
    }
    #expect(goes == 3)
    #expect(input.services.first?.levels.first?.count == 40_000)
  }

  @Test("A go of several logs leaves none half read that has no more than its share")
  func shares() throws {
    let folder = try LogFolder()
    let work = ManualWork()
    let names = (0..<9).map { "\($0).log" }
    for name in names { try folder.append("", to: name) }
    let input = LogInput(
      sources: names.map { LogSource(service: "api", path: folder.path($0)) }, fromStart: true, work: work,
      log: ListLog())
    input.sample(at: folder.now)
    while !work.waiting.isEmpty { work.finish(late: false) }
    let line = #"{"text":"\#(String(repeating: "x", count: 900))"}"# + "\n"
    for name in names { try folder.append(String(repeating: line, count: 120), to: name) }
    input.hint()
    while !work.waiting.isEmpty {
      work.finish(late: false)
      #expect(input.files.allSatisfy { $0.totals.lagBytes ?? 0 == 0 })
    }
    #expect(input.files.allSatisfy { $0.totals.lines == 120 })
  }

  @Test("Bytes that wait are as old as the look that saw them, whenever the tick before and the scrape were")
  func age() throws {
    let folder = try LogFolder()
    let (work, clock) = (ManualWork(), HTTPTestClock())
    let input = LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: ListLog(),
      clock: clock)
    func age() -> String? {
      let sink = ListSink()
      input.collect(into: sink)
      let line = sink.lines.first { $0.hasPrefix("vitals_tail_lag_seconds") }
      return line?.split(separator: " ").last.map(String.init)
    }
    input.sample(at: clock.now())
    work.finish(late: false)
    clock.advance(0.9)
    let line = #"{"text":"\#(String(repeating: "x", count: 8_000))"}"# + "\n"
    try folder.append(String(repeating: line, count: Limits.logSliceBytes / 4_000))
    input.hint(input.files)
    work.finish(late: false)
    // A slice is read, and the look for the next is to come.
    #expect(age() == "0.0")
    clock.advance(0.05)
    #expect(age() == "0.05")
    clock.advance(0.05)
    input.sample(at: clock.now())
    #expect(age() == "0.1")
    while !work.waiting.isEmpty { work.finish(late: false) }
    #expect(age() == "0.0")
  }

  @Test("The first checkpoint waits for the first turns of all logs, but not for ever", arguments: [true, false])
  func firstCheckpoint(answers: Bool) throws {
    let folder = try LogFolder()
    try folder.append("{}\n")
    let (work, log, path) = (ManualWork(), ListLog(), folder.path("checkpoint"))
    let input = LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: log,
      checkpoint: Checkpoint(path: path, work: work, log: log))
    func tick(_ seconds: UInt64) {
      folder.now.boot &+= seconds * 1_000_000_000
      input.sample(at: folder.now)
      input.tick(at: folder.now)
    }
    tick(1)
    // The checkpoint is read, and the log is being looked at.
    work.finish(late: false)
    for _ in 0..<2 { tick(1) }
    #expect(work.waiting.count == 1)
    if answers {
      work.finish(late: false)
      #expect(work.waiting.count == 1)
    } else {
      tick(UInt64(Limits.checkpointIntervalSeconds))
      #expect(work.waiting.count == 2)
      work.waiting.removeFirst()
    }
    work.finish(late: false)
    guard case .checkpoint(let text) = CheckpointFile(path).contents() else {
      Issue.record("no checkpoint")
      return
    }
    #expect(text.entries[folder.path]?.log.files.first?.offset == (answers ? 3 : nil))
  }
}

/// Runs work when told.
private final class ManualWork: BlockingWork {
  var waiting: [(Bool) -> Void] = []

  func run<Result: Sendable>(
    _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
    done: @escaping (Result?) -> Void
  ) {
    waiting.append { late in
      let result = work()
      done(late ? nil : result)
    }
  }

  func finish(late: Bool) {
    if !waiting.isEmpty { waiting.removeFirst()(late) }
  }
}

private final class ListLog: EventLog {
  var lines: [String] = []

  func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]) { lines.append(message) }
}

private final class ListSink: SampleSink {
  var lines: [String] = []
  private var name = ""

  func family(_ family: MetricFamily) { name = family.name }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    lines.append("\(name) \(String(decoding: labels.text, as: UTF8.self)) \(value.asDouble)")
  }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    lines.append("\(name) \(String(decoding: labels.text, as: UTF8.self)) \(snapshot.count)")
  }

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {}
}
