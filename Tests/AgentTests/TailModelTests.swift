import Foundation
import Testing

@testable import VitalsAgent

/// Random histories of a log against what was written, line by line with serial numbers.
@Suite("A log's life at random")
struct TailModelTests {
  @Test("Renamed, deleted, reopened late: each line exactly once", arguments: 0..<30)
  func withoutTruncation(seed: UInt64) throws {
    var life = try LogLife(seed: seed)
    for _ in 0..<150 { try life.step(truncates: false) }
    let read = try life.finish()
    #expect(read.sorted() == Array(0..<life.written))
    #expect(life.log.all.lostBytes == 0 && life.log.all.truncations == 0)
  }

  @Test("Cut back to any length: what remains does not count again", arguments: 200..<230)
  func withCutBack(seed: UInt64) throws {
    var life = try LogLife(seed: seed)
    for _ in 0..<150 { try life.step(truncates: false, cutsBack: true) }
    let read = try life.finish()
    #expect(Set(read).count == read.count)
    #expect(read.allSatisfy { $0 < life.written })
    #expect(Set(0..<life.written).subtracting(read).subtracting(life.takenBack) == [])
  }

  @Test("Cut in place as well: no line twice, none that was not written", arguments: 100..<130)
  func withTruncation(seed: UInt64) throws {
    var life = try LogLife(seed: seed)
    for _ in 0..<150 { try life.step(truncates: true) }
    let read = try life.finish()
    #expect(Set(read).count == read.count)
    #expect(read.allSatisfy { $0 < life.written })
    // What the tail had seen and could not read any more is counted; nothing else but unseen writes is missing.
    #expect(read.count + life.unseen >= life.written - life.torn)
  }
}

/// A writer and an operator who do anything at any time.
private struct LogLife {
  let log: LogFolder
  private(set) var written = 0
  /// Lines cut away that the tail had not been given.
  private(set) var unseen = 0
  /// Lines that were cut away, whether they were read before or not.
  private(set) var takenBack: Set<Int> = []
  /// Lines torn by a cut between their halves.
  private(set) var torn = 0
  private var random: SeededGenerator
  private var writer: FileHandle
  private var half: String?
  private var copies = 0
  private var renamed = false
  private var sinceWriter: Set<Int> = []

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    log = try LogFolder()
    writer = try log.writer()
    log.poll()
  }

  mutating func step(truncates: Bool, cutsBack: Bool = false) throws {
    switch Int.random(in: 0..<12, using: &random) {
    case 0...4: try write()
    case 5: try writeHalf()
    case 6: try operate()
    case 7: try reopen()
    case 8:
      if truncates, !renamed { try cut() }
      if cutsBack, !renamed { try cutBack() }
    default:
      log.poll(after: Double.random(in: 0...3, using: &random), budget: Int.random(in: 10...2_000, using: &random))
      sinceWriter = []
    }
  }

  mutating func finish() throws -> [Int] {
    try completeHalf()
    log.poll()
    log.poll()
    return String(decoding: log.all.lines, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
  }

  private mutating func write() throws {
    try completeHalf()
    for _ in 0..<Int.random(in: 1...20, using: &random) {
      try writer.write(contentsOf: Data("\(written)\n".utf8))
      sinceWriter.insert(written)
      written += 1
    }
  }

  private mutating func writeHalf() throws {
    try completeHalf()
    let line = String(format: "%08d\n", written)
    sinceWriter.insert(written)
    written += 1
    let count = Int.random(in: 1..<line.count, using: &random)
    try writer.write(contentsOf: Data(line.prefix(count).utf8))
    half = String(line.dropFirst(count))
  }

  private mutating func completeHalf() throws {
    guard let rest = half else { return }
    try writer.write(contentsOf: Data(rest.utf8))
    half = nil
    sinceWriter.insert(written - 1)
  }

  /// Renames or deletes; the writer goes on in the old file until it reopens.
  private mutating func operate() throws {
    if renamed { return }
    // A file that no poll ever saw at the path cannot be known.
    log.poll(after: 0)
    sinceWriter = []
    copies += 1
    if Bool.random(using: &random) { try log.move("app.log", "app.log.\(copies)") } else { try log.delete() }
    renamed = true
  }

  private mutating func reopen() throws {
    if !renamed { return }
    try completeHalf()
    try writer.close()
    writer = try log.writer()
    renamed = false
  }

  /// Copy and truncate, by an appending writer.
  private mutating func cut() throws {
    unseen += sinceWriter.count
    sinceWriter = []
    if half != nil {
      torn += 1
      half = nil
    }
    try log.truncate()
    try writer.seek(toOffset: 0)
  }

  /// A writer or an operator takes back what stands behind the end of some line, but not all that tells one file from
  /// another; sometimes the tail looks before more is written.
  private mutating func cutBack() throws {
    let contents = try Data(contentsOf: URL(fileURLWithPath: log.path))
    let ends = contents.indices.filter { contents[$0] == 10 }
    guard let end = ends.dropFirst().randomElement(using: &random) else { return }
    takenBack.formUnion(
      String(decoding: contents[(end + 1)...], as: UTF8.self).split(separator: "\n").compactMap { Int($0) })
    if half != nil { takenBack.insert(written - 1) }
    half = nil
    try log.truncate(to: UInt64(end + 1))
    try writer.seekToEnd()
    if Bool.random(using: &random) { log.poll(after: 0) }
  }
}
