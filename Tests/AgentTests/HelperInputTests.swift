import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("What is read on helper threads")
struct HelperInputTests {
  private struct Source: HelperSource {
    let name = "x"
    var places: [String] = []
    var count = 1
    private static let family = MetricFamily("x", .gauge, help: "X.")

    func read(_ reader: inout HelperReader) {
      for index in 0..<count { reader.add(Source.family, LabelSet([("n", String(index))]), .integer(1)) }
    }
  }

  private let log = RecordingLog()
  private let now = Moment(boot: 0, real: 0)

  @Test("One that does not come back is absent, is said once, and is asked again when it is back")
  func stuck() {
    let work = StepWork()
    let input = HelperInput(Source(), work: work, turns: ReadingTurns(), log: log)
    input.sample(at: now)
    #expect(RecordingSink.of(input).samples.count == 1)
    work.way = .stuck
    for _ in 0..<2 { input.sample(at: now) }
    #expect(RecordingSink.of(input).samples.isEmpty)
    work.way = .prompt
    input.sample(at: now)
    #expect(RecordingSink.of(input).samples.count == 1)
    #expect(
      log.lines == [
        "warning cannot be read; its metrics are absent subject=input x error=no answer in 10 s",
        "info answers again subject=input x",
      ])
  }

  @Test("Where its place is not, no helper is asked; when it goes, so do its series")
  func places() throws {
    let tree = try ProcTree()
    let work = StepWork()
    let input = HelperInput(Source(places: [tree.folder.path + "/x"]), work: work, turns: ReadingTurns(), log: log)
    input.sample(at: now)
    #expect(work.subjects.isEmpty)
    try tree.write("x", "")
    input.sample(at: now)
    #expect(RecordingSink.of(input).samples.count == 1)
    try tree.remove("x")
    input.sample(at: now)
    #expect(RecordingSink.of(input).samples.isEmpty && work.subjects.count == 1)
  }

  @Test("Past the limit samples are left out and counted; series keep their label sets")
  func limit() {
    let input = HelperInput(Source(count: Limits.helperSamples + 2), work: StepWork(), turns: ReadingTurns(), log: log)
    input.sample(at: now)
    #expect(input.samplesLeftOut == 2)
    #expect(RecordingSink.of(InputGaps([input]))["vitals_input_samples_left_out", #"input="x""#] == 2)
    #expect(RecordingSink.of(input).samples.count == Limits.helperSamples)
  }

  @Test(
    "A choice among inputs that cannot be meant is refused",
    arguments: [
      ("gpu", "gpu"), ("-gpu", "gpu"), ("", ""), ("cpu,", ""), ("cpu, memory", " memory"), ("-default", "default"),
      ("--cpu", "-cpu"),
    ])
  func unknown(list: String, name: String) {
    let error = #expect(throws: UsageError.self) { try InputChoice(list, names: ["cpu", "memory"]) }
    #expect(
      error?.message
        == "--collect \(list): no input '\(name)'; there are: host, processes, cgroup, logs, default, cpu, memory")
  }

  @Test("A name that comes twice is refused")
  func twice() {
    for list in ["cpu,cpu", "cpu,-cpu"] {
      #expect(throws: UsageError(message: "--collect \(list): 'cpu' is named twice")) {
        try InputChoice(list, names: ["cpu"])
      }
    }
  }

  @Test(
    "A choice among inputs",
    arguments: [
      ("-host", "logs processes"), ("cpu,memory", "cpu memory"), ("host,-cpu", "memory"),
      ("-cpu", "memory logs processes"),
      ("-host,cpu", "cpu"), ("default,info", "cpu memory info logs processes"), ("info", "info"),
      ("default,-logs", "cpu memory processes"), ("host,logs", "cpu memory logs"), ("cgroup", ""),
    ])
  func choice(list: String, wanted: String) throws {
    let choice = try InputChoice(list, names: ["cpu", "memory", "info"])
    var taken = ["cpu", "memory"].filter { choice.takes($0, group: "host") }
    if choice.takes("info", group: "host", isStandard: false) { taken.append("info") }
    taken += ["logs", "processes"].filter { choice.takes($0, group: $0) }
    #expect(taken.joined(separator: " ") == wanted)
  }

  @Test("Every host input is made under the name that the table has for it; two run only when asked")
  func table() {
    let context = HostContext(paths: ProcTree.fixture, log: log, work: StepWork(), options: HostOptions())
    for entry in HostInputs.table { #expect(entry.make(context).name == entry.name) }
    #expect(Set(HostInputs.table.map(\.name)).count == HostInputs.table.count)
    #expect(HostInputs.table.filter { !$0.isStandard }.map(\.name) == ["cpuinfo", "cpuflags"])
  }
}
