import Foundation

@testable import VitalsAgent

/// A temporary directory with a log in it, and the tail that follows it; time passes when told.
final class LogFolder {
  let folder: URL
  let path: String
  var tail: Tail
  var now = Moment(boot: 1_000_000_000, real: 1_700_000_000_000_000_000)
  /// Everything the tail gave so far.
  var all = TailBatch()
  /// Where the tail was left, as the last batches said, and what the checkpoint has.
  private(set) var position: SavedLog?
  private(set) var saved: SavedLog?
  private var checkpoint: [UInt8]?

  init(fromStart: Bool = true, keepsPlace: Bool = false) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("tail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appendingPathComponent("app.log").path
    tail = Tail(path: path, fromStart: fromStart, keepsPlace: keepsPlace)
  }

  /// A log between two lives of the agent: two lines are read and known to the checkpoint, one more is not.
  static func betweenLives() throws -> LogFolder {
    let log = try LogFolder(keepsPlace: true)
    try log.append("first line, that tells this file from others\nsecond line of it, of which that is true\n")
    log.poll()
    log.save()
    log.all = TailBatch()
    try log.append("third\n")
    return log
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// A writer that appends, as loggers do; makes the file.
  func writer(_ name: String = "app.log") throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path(name)) {
      _ = FileManager.default.createFile(atPath: path(name), contents: nil)
    }
    let handle = try require(FileHandle(forWritingAtPath: path(name)))
    try handle.seekToEnd()
    return handle
  }

  /// Writes a file anew in place, as the kernel does with its own.
  func replace(_ name: String, _ text: String) throws {
    let handle = try writer(name)
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
  }

  func append(_ text: String, to name: String = "app.log") throws {
    let handle = try writer(name)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  func move(_ from: String, _ to: String) throws {
    try FileManager.default.moveItem(atPath: path(from), toPath: path(to))
  }

  func delete(_ name: String = "app.log") throws { try FileManager.default.removeItem(atPath: path(name)) }

  func truncate(_ name: String = "app.log", to size: UInt64 = 0) throws {
    let handle = try require(FileHandle(forWritingAtPath: path(name)))
    try handle.truncate(atOffset: size)
    try handle.close()
  }

  /// Writes at a place in the file, as who does not append.
  func write(_ text: String, at offset: UInt64, to name: String = "app.log") throws {
    let handle = try require(FileHandle(forWritingAtPath: path(name)))
    try handle.seek(toOffset: offset)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// Writes the checkpoint.
  func save() {
    var text = CheckpointText()
    if let position { text.entries[path] = CheckpointText.Entry(log: position, seen: 1) }
    checkpoint = text.bytes(at: now)
    saved = position
  }

  /// Another life begins with the last checkpoint, and knows nothing else.
  func restart(device: UInt64? = nil) throws {
    var text = String(decoding: try require(checkpoint), as: UTF8.self)
    if let device { text = text.replacing(/"device":[0-9]+/, with: "\"device\":\(device)") }
    let saved = try CheckpointText(device == nil ? Array(text.utf8) : Self.sealed(text)).entries[path]?.log
    tail = Tail(path: path, fromStart: false, keepsPlace: true)
    if let saved { tail.resume(saved) }
    position = saved
  }

  /// The text with an end that fits it.
  static func sealed(_ text: String) -> [UInt8] {
    let lines = text.split(separator: "\n").dropLast()
    let body = lines.joined(separator: "\n") + "\n"
    var hash = TailPrint.seed
    TailPrint.hash(Array(body.utf8)[...], into: &hash)
    return Array((body + #"{"lines":\#(lines.count - 1),"hash":"\#(String(hash, radix: 16))"}"# + "\n").utf8)
  }

  /// As gzip(1) does: the file's time stays.
  func compress(_ name: String) throws {
    let times = try FileManager.default.attributesOfItem(atPath: path(name))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path(name)))
    let packed = try require(Gzip.compress(Array(bytes)))
    try Data(packed).write(to: URL(fileURLWithPath: path(name + ".gz")))
    try FileManager.default.setAttributes(
      [.modificationDate: times[.modificationDate] ?? Date()], ofItemAtPath: path(name + ".gz"))
    try delete(name)
  }

  func copy(_ from: String, _ to: String) throws {
    try FileManager.default.copyItem(atPath: path(from), toPath: path(to))
  }

  /// Lets `seconds` pass and polls until all is read; returns the new lines.
  @discardableResult
  func poll(after seconds: Double = 1, budget: Int = 1 << 20) -> String {
    now.boot &+= UInt64(seconds * 1e9)
    var lines: [UInt8] = []
    var more = true
    while more {
      let batch = tail.poll(budget: budget, at: now)
      lines += batch.lines
      more = batch.hasMore
      keep(batch)
    }
    return String(decoding: lines, as: UTF8.self)
  }

  /// Counts a batch.
  func keep(_ batch: TailBatch) {
    all.lines += batch.lines
    all.events += batch.events
    all.lostBytes += batch.lostBytes
    all.holeBytes += batch.holeBytes
    all.longLines += batch.longLines
    all.partialLines += batch.partialLines
    all.rotations += batch.rotations
    all.truncations += batch.truncations
    all.readBytes += batch.readBytes
    all.reopened += batch.reopened
    all.lagBytes = batch.lagBytes
    position = batch.position ?? position
  }
}

extension CheckpointText {
  /// All that is written at a moment.
  func bytes(at moment: Moment) -> [UInt8] {
    var bytes: [UInt8] = []
    try? write(at: moment) { bytes += $0 }
    return bytes
  }
}

/// `try #require` outside of a test's body.
private func require<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw CocoaError(.fileReadUnknown) }
  return value
}
