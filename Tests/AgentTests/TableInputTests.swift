import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Tables that helper threads read")
struct TableInputTests {
  private let log = RecordingLog()
  private let work = StepWork()

  /// A table whose rows are given by the test.
  private struct FixedTable: TableSource {
    let name = "fixed"
    var path: String?
    let rows: @Sendable () -> TableReading
    var shapes: [TableShape] {
      [
        TableShape(
          labels: ["key"], families: [MetricFamily("a", .gauge, help: "."), MetricFamily("b", .gauge, help: ".")])
      ]
    }
    func read() -> TableReading { rows() }
  }

  private static func row(_ key: String, _ values: MetricValue?...) -> TableRow {
    TableRow(keys: [key], values: values)
  }

  private func lines(_ input: TableInput) -> [String] {
    input.sample(at: Moment(boot: 0, real: 0))
    return RecordingSink.of(input).lines
  }

  @Test("Rows become series by family; what has no value has none; the same row twice counts as malformed")
  func rows() {
    let input = TableInput(
      FixedTable {
        TableReading([[Self.row("x", .integer(1), nil), Self.row("y", nil, .integer(2)), Self.row("x", .integer(3))]])
      },
      work: work, log: log)
    let wanted = [#"a{key="x"} 1.0"#, #"b{key="y"} 2.0"#]
    #expect(lines(input) == wanted)
    #expect(lines(input) == wanted)
    #expect(input.malformedLines == 2)
    #expect(
      RecordingSink.of(InputGaps([UnameInput(), input])).values("vitals_input_malformed_lines_total")
        == [#"input="fixed""#: 2])
    #expect(work.subjects == ["fixed", "fixed"])
  }

  @Test("A table that is not there has no rows and asks no helper")
  func absent() throws {
    let tree = try ProcTree()
    let input = TableInput(
      FixedTable(path: tree.paths.sys + "/x") { TableReading([[Self.row("x", .integer(1))]]) }, work: work, log: log)
    #expect(lines(input) == [])
    #expect(work.subjects.isEmpty && log.lines.isEmpty)
    try tree.write("x", "")
    #expect(lines(input).count == 1 && input.rowsLeftOut == 0)
    try tree.remove("x")
    #expect(lines(input) == [] && input.rowsLeftOut == 0)
  }

  @Test("More rows than the limit are counted")
  func limit() {
    let many = (0..<Limits.tableRows + 3).map { Self.row(String($0), .integer(1)) }
    let input = TableInput(FixedTable { TableReading([many]) }, work: work, log: log)
    #expect(lines(input).count == Limits.tableRows)
    let others: [any Input] = [UnameInput(), input]
    #expect(RecordingSink.of(InputGaps(others)).values("vitals_input_rows_left_out") == [#"input="fixed""#: 3])
  }

  @Test("One that does not come back leaves nothing, is said once, and is asked again when it is back")
  func stuck() {
    let input = TableInput(FixedTable { TableReading([[Self.row("x", .integer(1))]]) }, work: work, log: log)
    #expect(lines(input).count == 1)
    work.way = .refused
    #expect(lines(input) == [])
    #expect(lines(input) == [])
    work.way = .stuck
    #expect(lines(input) == [])
    work.way = .prompt
    #expect(lines(input).count == 1)
    #expect(
      log.lines == [
        "warning cannot be read; its metrics are absent subject=fixed error=not asked in time",
        "info answers again subject=fixed",
      ])
  }

  @Test("A fault is said when it comes and when it goes")
  func fault() {
    let fails = Guarded(true)
    let source = FixedTable {
      let isBroken = fails.withLock { $0 }
      return isBroken
        ? TableReading([], fault: SystemError(call: "open", subject: "/x", code: 13)) : TableReading([[]])
    }
    let input = TableInput(source, work: work, log: log)
    for _ in 0..<3 { input.sample(at: Moment(boot: 0, real: 0)) }
    fails.withLock { $0 = false }
    input.sample(at: Moment(boot: 0, real: 0))
    #expect(
      log.lines == [
        "warning cannot be read; its metrics are absent input=fixed error=open /x: Permission denied",
        "info readable again input=fixed",
      ])
  }

  /// Keeps jobs until told.
  private final class HeldWork: BlockingWork {
    var jobs: [(subject: String, finish: (Bool) -> Void)] = []

    func run<Result: Sendable>(
      _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
      done: @escaping (Result?) -> Void
    ) {
      jobs.append((subject, { $0 ? done(work()) : done(nil) }))
    }
  }

  @Test("Readings take turns; one that is given up passes its turn on, and is not asked while a helper is in it")
  func turns() {
    let held = HeldWork()
    let turns = ReadingTurns()
    let inputs = ["/dev/null", "/dev/zero"].map {
      TableInput(FixedTable(path: $0) { TableReading([[]]) }, work: held, turns: turns, log: log)
    }
    for _ in 0..<2 { for input in inputs { input.sample(at: Moment(boot: 0, real: 0)) } }
    #expect(held.jobs.map(\.subject) == ["/dev/null"])
    held.jobs[0].finish(false)
    #expect(held.jobs.map(\.subject) == ["/dev/null", "/dev/zero"])
    held.jobs[1].finish(true)
    for input in inputs { input.sample(at: Moment(boot: 0, real: 0)) }
    #expect(held.jobs.map(\.subject) == ["/dev/null", "/dev/zero", "/dev/null"])
    held.jobs[2].finish(true)
    #expect(held.jobs.map(\.subject).last == "/dev/zero")
  }
}
