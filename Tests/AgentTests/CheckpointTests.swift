import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Keeping the checkpoint") struct CheckpointTests {
  private let folder: LogFolder
  private let path: String
  private let work = StepWork()
  private let log = RecordingLog()

  init() throws {
    folder = try LogFolder()
    path = folder.path("checkpoint")
    try folder.append("{}\n")
  }

  private func input() -> LogInput {
    LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: log,
      checkpoint: Checkpoint(path: path, work: work, log: log))
  }

  private func tick(_ input: LogInput, seconds: Double = 1) {
    folder.now.boot &+= UInt64(seconds * 1e9)
    input.sample(at: folder.now)
    input.tick(at: folder.now)
  }

  private func value(_ input: LogInput, _ name: String) -> String? {
    let sink = RecordingSink()
    input.collect(into: sink)
    return sink.lines.first { $0.hasPrefix(name) }.map { String($0.split(separator: " ").last ?? "") }
  }

  private var offset: Int64? {
    guard case .checkpoint(let text) = CheckpointFile(path).contents() else { return nil }
    return text.entries[folder.path]?.log.files.first?.offset
  }

  @Test(
    "What is there and cannot be used is said once, and a file of others is left alone",
    arguments: [
      ("not ours\n", "is no checkpoint", true), ("", "is empty", false),
      (#"{"format":"vitals-checkpoint","version":9}"# + "\n", "is of version 9, and this agent knows 1", false),
    ])
  func useless(text: String, reason: String, isForeign: Bool) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let input = input()
    for _ in 0..<20 { tick(input) }
    #expect(log.lines.filter { $0.contains("checkpoint") && $0.contains("reason=\(reason)") }.count == 1)
    #expect(value(input, "vitals_tail_lines_total") == "1.0")
    #expect((offset == nil) == isForeign)
    if isForeign {
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      #expect(value(input, "vitals_checkpoint_failures_total") != "0.0")
    }
  }

  @Test("It is written when something changed, and not more often than every few seconds")
  func paced() throws {
    let input = input()
    var writes: [String?] = []
    for second in 0..<16 {
      if second == 2 || second == 3 { try folder.append("{}\n") }
      tick(input)
      writes.append(value(input, "vitals_checkpoint_writes_total"))
    }
    #expect(offset == 9)
    #expect(writes == Array(repeating: "1.0", count: 5) + Array(repeating: "2.0", count: 11))
    #expect(value(input, "vitals_checkpoint_age_seconds") == "0.0")
  }

  @Test("A disk that takes nothing is said once, counted and tried again")
  func full() throws {
    let input = input()
    try FileManager.default.createDirectory(atPath: path + ".tmp", withIntermediateDirectories: false)
    for _ in 0..<12 { tick(input) }
    #expect(log.lines.filter { $0.contains("checkpoint cannot be written") }.count == 1)
    #expect(value(input, "vitals_checkpoint_failures_total") == "3.0")
    #expect(value(input, "vitals_checkpoint_age_seconds") == "11.0")
    try FileManager.default.removeItem(atPath: path + ".tmp")
    for _ in 0..<5 { tick(input) }
    #expect(offset == 3)
    #expect(log.lines.filter { $0.contains("checkpoint is written again") }.count == 1)
    #expect(value(input, "vitals_checkpoint_age_seconds") == "0.0")
  }

  @Test("The end has all that was counted, and nothing counts after it")
  func end() throws {
    let first = input()
    for _ in 0..<3 { tick(first) }
    try folder.append("{}\n")
    tick(first)
    #expect(offset == 3)
    var isOver = false
    first.finish(at: folder.now) { isOver = true }
    #expect(isOver && offset == 6)
    try folder.append("{}\n")
    tick(first)
    #expect(value(first, "vitals_tail_lines_total") == "2.0")
    let second = input()
    tick(second)
    #expect(value(second, "vitals_tail_lines_total") == "1.0")
  }

  @Test("A disk that does not answer keeps nobody from ending")
  func stuck() throws {
    let input = input()
    for _ in 0..<3 { tick(input) }
    try folder.append("{}\n")
    tick(input)
    work.way = .refused
    var isOver = false
    input.finish(at: folder.now) { isOver = true }
    #expect(isOver && offset == 3)
  }

  @Test("One agent at a time has it: a second one reads and writes nothing, and goes on where the first one ended")
  func conflict() throws {
    let first = input()
    for _ in 0..<3 { tick(first) }
    let second = input()
    try folder.append("{}\n")
    for _ in 0..<12 { tick(second) }
    #expect(second.conflict == "--checkpoint \(path): is in use by another vitals; each needs one of its own")
    #expect(value(second, "vitals_tail_lines_total") != "1.0")
    #expect(value(second, "vitals_checkpoint_writes_total") == "0.0")
    #expect(offset == 3)
    first.finish(at: folder.now) {}
    let third = input()
    tick(third)
    #expect(third.conflict == nil && value(third, "vitals_tail_lines_total") == "1.0")
  }

  @Test("Who has lost the lock's file to another writes no more; where it cannot be made, reading goes on")
  func lock() throws {
    let first = CheckpointFile(path)
    #expect(first.write(CheckpointText(), at: folder.now) == nil)
    let second = CheckpointFile(path)
    #expect(second.write(CheckpointText(), at: folder.now) == "is in use by another vitals")
    try FileManager.default.removeItem(atPath: path + ".lock")
    #expect(second.write(CheckpointText(), at: folder.now) == nil)
    #expect(first.write(CheckpointText(), at: folder.now) == "is in use by another vitals")
    try FileManager.default.removeItem(atPath: path + ".lock")
    try FileManager.default.createDirectory(atPath: path + ".lock", withIntermediateDirectories: false)
    #expect(second.write(CheckpointText(), at: folder.now) == "open \(path).lock: Is a directory")
    guard case .checkpoint = second.read() else { Issue.record("not read"); return }
  }

  @Test("Where nobody asked for one, nothing is written")
  func none() throws {
    let input = LogInput(
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, work: work, log: log)
    for _ in 0..<10 { tick(input) }
    #expect(value(input, "vitals_checkpoint_age_seconds") == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.folder.path) == ["app.log"])
    #expect(try RunOptions([:]).checkpoint == nil)
    #expect(try RunOptions([:], stateDirectory: "/var/lib/vitals:/x").checkpoint == "/var/lib/vitals/checkpoint")
    #expect(try RunOptions(["checkpoint": ["/c"]], stateDirectory: "/s").checkpoint == "/c")
    #expect(throws: UsageError.self) { try RunOptions(["checkpoint": ["/c/"]]) }
  }
}
