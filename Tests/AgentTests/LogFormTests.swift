import Foundation
import Testing

@testable import VitalsAgent

/// Lines of real loggers, and beside each file what each line says; see Fixtures/logs/forms/README.md.
@Suite("Log forms")
struct LogFormTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/logs/forms")

  static let names: [String] = {
    let all = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (all ?? []).filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
  }()

  /// What must come out of a line, or of one of its records.
  struct Wanted: Codable, Equatable {
    var line: Int
    var form: String?
    var level: String?
    var message: String?
    var ns: UInt64?
    var trace: String?
    var cache: Bool?
    var method: String?
    var path: String?
    var status: UInt16?
    var seconds: Double?
    var fault: String?
    var broken: String?
    var `continuation`: Bool?
  }

  /// Reads a file as the agent does.
  static func read(_ text: [UInt8]) -> [Wanted] {
    var reader = FormReader()
    var request = LogRequest()
    var rows: [Wanted] = []
    var unwrapper = LineUnwrapper()
    var batch = TailBatch(lines: text)
    unwrapper.unwrap(&batch)
    let lines = batch.lines
    let bytes = lines.span
    reader.look(ahead: bytes)
    var pieces = Splitter.lines(bytes)
    var number = 0
    while let range = pieces.next(in: bytes) {
      number += 1
      if range.isEmpty { continue }
      switch reader.read(bytes, range) {
      case .record: rows.append(row(number, reader.line, &request, bytes))
      case .records:
        for record in reader.records where reader.readRecord(bytes, record) {
          rows.append(row(number, reader.line, &request, bytes))
        }
      case .continuation: rows.append(Wanted(line: number, continuation: true))
      case .broken(let failure): rows.append(Wanted(line: number, broken: failure.rawValue))
      }
    }
    return rows
  }

  private static func row(
    _ number: Int, _ line: LogLine, _ request: inout LogRequest, _ bytes: Span<UInt8>
  ) -> Wanted {
    let word = line[.level].text.map { bytes.string($0).lowercased() }
    var row = Wanted(
      line: number, form: LogForms.all[line.form].name, level: line.level(bytes)?.rawValue ?? word,
      message: (line[.event].text ?? line[.message].text).map { bytes.string($0) }, ns: line.time(bytes),
      trace: line[.trace].text.map { bytes.string($0) })
    switch request.read(line, bytes) {
    case .none: break
    case .fault(let fault): row.fault = fault.reason
    case .request:
      row.method = String(decoding: request.method, as: UTF8.self)
      let path = String(decoding: request.path, as: UTF8.self)
      row.path = String(path.prefix { $0 != "?" && $0 != "#" })
      row.status = request.status
      row.seconds = request.seconds
    }
    row.cache = request.isCacheHit
    return row
  }

  @Test("Each line of a real logger says what it says", arguments: names)
  func fixture(name: String) throws {
    let text = try [UInt8](Data(contentsOf: Self.folder.appendingPathComponent(name + ".log")))
    let sidecar = try String(contentsOf: Self.folder.appendingPathComponent(name + ".jsonl"), encoding: .utf8)
    let wanted = try sidecar.split(separator: "\n").map { try JSONDecoder().decode(Wanted.self, from: Data($0.utf8)) }
    let found = Self.read(text)
    #expect(found.count == wanted.count)
    for (found, wanted) in zip(found, wanted) {
      var found = found
      if let seconds = found.seconds, let exact = wanted.seconds, abs(seconds - exact) < 1e-12 { found.seconds = exact }
      #expect(found == wanted)
    }
  }

  @Test("Every form has ten lines of its own at the least")
  func tenLines() throws {
    var counts: [String: Int] = [:]
    for name in Self.names {
      let text = try [UInt8](Data(contentsOf: Self.folder.appendingPathComponent(name + ".log")))
      for row in Self.read(text) { counts[row.form ?? "", default: 0] += 1 }
    }
    let few = LogForms.all.map(\.name).filter { counts[$0, default: 0] < 10 }
    #expect(few == [])
  }
}
