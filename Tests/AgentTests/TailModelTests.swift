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

  /// How many random lives a test takes: more with VITALS_TAIL_LIVES in the environment.
  private static var lives: Range<UInt64> {
    0..<(ProcessInfo.processInfo.environment["VITALS_TAIL_LIVES"].flatMap { UInt64($0) } ?? 4)
  }

  @Test("Ended, killed and started again, rotated and compressed meanwhile: each line exactly once")
  func withRestarts() throws {
    for seed in Self.lives {
      var life = try LogLife(seed: seed, keepsPlace: true)
      for _ in 0..<150 { try life.stepOfLives() }
      let read = try life.finish()
      let (missing, twice) = (Set(0..<life.written).subtracting(read).sorted(), read.count - Set(read).count)
      #expect(missing == [] && twice == 0, "seed \(seed), missing \(missing), twice \(twice): \(life.story)")
      #expect(life.log.all.lostBytes == 0, "seed \(seed)")
      if !missing.isEmpty || twice > 0 { break }
    }
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
    #expect(Int(life.log.all.lostBytes) <= life.missedBytes)
  }

  @Test("Cut in place, to nothing or to any length, while it is behind: lost bytes are the bytes that are missing")
  func withSeenCuts() throws {
    for seed in Self.lives.map({ $0 + 300 }) {
      var life = try LogLife(seed: seed)
      for _ in 0..<100 { try life.stepOfSeenCuts() }
      _ = try life.finish()
      #expect(Int(life.log.all.lostBytes) == life.missedBytes, "seed \(seed): \(life.story)")
      if Int(life.log.all.lostBytes) != life.missedBytes { break }
    }
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
  private let budgets: ClosedRange<Int>
  private var writer: FileHandle
  private var half: String?
  /// Bytes that were written to any file.
  private var writtenBytes = 0
  private var copies = 0
  private var renamed = false
  private var sinceWriter: Set<Int> = []
  /// What was done, for who must find out why it went wrong.
  private(set) var story: [String] = []
  /// How much was counted when the checkpoint was written.
  private var savedLines = 0
  private var isDeleted = false

  init(seed: UInt64, keepsPlace: Bool = false) throws {
    random = SeededGenerator(seed: seed)
    log = try LogFolder(keepsPlace: keepsPlace)
    budgets = keepsPlace ? 500...5_000 : 10...2_000
    writer = try log.writer()
    log.poll()
  }

  mutating func step(truncates: Bool, cutsBack: Bool = false) throws {
    switch Int.random(in: 0..<12, using: &random) {
    case 0...4: try write()
    case 5: try writeHalf()
    case 6: try Bool.random(using: &random) ? operate() : rotateOften()
    case 7: try reopen()
    case 8:
      if truncates, !renamed { try cut() }
      if cutsBack, !renamed { try cutBack() }
    default:
      log.poll(after: Double.random(in: 0...3, using: &random), budget: Int.random(in: budgets, using: &random))
      sinceWriter = []
      story.append("poll")
    }
  }

  mutating func finish() throws -> [Int] {
    try completeHalf()
    log.poll()
    log.poll()
    return String(decoding: log.all.lines, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
  }

  /// Bytes that were written and never read.
  var missedBytes: Int { writtenBytes - Int(log.all.readBytes) }

  /// The same with cuts that the tail is surprised by in the midst of what it has seen.
  mutating func stepOfSeenCuts() throws {
    guard !renamed, Int.random(in: 0..<6, using: &random) == 0 else {
      return try step(truncates: false)
    }
    log.poll(after: 0)
    try write()
    // The beginning of a first line may be that of the next file's first line: it tells nothing.
    log.keep(log.tail.poll(budget: Int.random(in: 10...60, using: &random), at: log.now))
    let size = try FileStatus.of(log.path).size
    // What is left of a third tells that the file is no new one.
    let cut = Bool.random(using: &random) ? 0 : UInt64(Int64.random(in: (size / 3)...size, using: &random))
    try log.truncate(to: cut)
    try writer.seekToEnd()
    if cut > 0 { log.poll(after: 0) }
    story.append("cut from \(size) to \(cut)")
  }

  private mutating func put(_ text: String) throws {
    writtenBytes += text.utf8.count
    try writer.write(contentsOf: Data(text.utf8))
  }

  /// The same with ends of the agent's life in between, while which the log may be rotated in every way.
  mutating func stepOfLives() throws {
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1:
      log.save()
      savedLines = log.all.lines.count
      story.append("save at \(written)")
    case 2 where !isDeleted: try die()
    default: try step(truncates: false)
    }
  }

  /// The agent ends, in order or not; what it counted after the last checkpoint is forgotten with it.
  private mutating func die() throws {
    if savedLines == 0 || Bool.random(using: &random) {
      log.save()
      savedLines = log.all.lines.count
    }
    story.append("die at \(written)")
    log.all.lines.removeLast(log.all.lines.count - savedLines)
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      switch Int.random(in: 0..<6, using: &random) {
      case 0 where !renamed: try rotate()
      case 1: try reopen()
      case 2 where !renamed: try copyAndCut()
      case 3 where copies > 0: try compressOne()
      default: try write()
      }
    }
    try log.restart()
    story.append("restart at \(written)")
    if Bool.random(using: &random) {
      log.poll()
      story.append("poll")
    }
  }

  private mutating func rotate() throws {
    copies += 1
    try log.move("app.log", "app.log.\(copies)")
    renamed = true
    story.append("rotate to \(copies)")
  }

  private mutating func copyAndCut() throws {
    try completeHalf()
    copies += 1
    try log.copy("app.log", "app.log.\(copies)")
    try log.truncate()
    try writer.seek(toOffset: 0)
    story.append("copytruncate to \(copies)")
  }

  /// Compresses the last file that nobody writes to, if the checkpoint has enough of it to know it by, and that still
  /// stands in it: after a cut that came later nothing does.
  private mutating func compressOne() throws {
    let name = "app.log.\(copies)"
    guard !renamed, let descriptor = try? FileDescriptor.openForTail(log.path(name)) else { return }
    let status = try descriptor.status()
    guard let old = log.saved?.files.first(where: { $0.identity == status.identity }), old.print.isTelling,
      try old.print.common(descriptor, size: status.size) == old.offset
    else { return }
    try log.compress(name)
    story.append("compress \(copies)")
  }

  private mutating func write() throws {
    try completeHalf()
    for _ in 0..<Int.random(in: 1...20, using: &random) {
      try put("\(written)\n")
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
    try put(String(line.prefix(count)))
    half = String(line.dropFirst(count))
  }

  private mutating func completeHalf() throws {
    guard let rest = half else { return }
    try put(rest)
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
    isDeleted = Bool.random(using: &random)
    if isDeleted { try log.delete() } else { try log.move("app.log", "app.log.\(copies)") }
    renamed = true
    story.append(isDeleted ? "delete at \(written)" : "rename to \(copies)")
  }

  /// Rotated several times between two looks, each time with a writer that follows at once.
  private mutating func rotateOften() throws {
    if renamed { return }
    for _ in 0..<Int.random(in: 2...5, using: &random) {
      try completeHalf()
      copies += 1
      try log.move("app.log", "app.log.\(copies)")
      try writer.close()
      writer = try log.writer()
      story.append("rotate to \(copies)")
      try write()
    }
  }

  private mutating func reopen() throws {
    if !renamed { return }
    try completeHalf()
    try writer.close()
    writer = try log.writer()
    if isDeleted {
      log.poll(after: 0)
      log.save()
      savedLines = log.all.lines.count
      isDeleted = false
    }
    renamed = false
    story.append("reopen at \(written)")
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
