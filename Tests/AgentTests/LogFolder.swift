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

  init(fromStart: Bool = true) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("tail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appendingPathComponent("app.log").path
    tail = Tail(path: path, fromStart: fromStart)
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
      all.lines += batch.lines
      all.events += batch.events
      all.lostBytes += batch.lostBytes
      all.holeBytes += batch.holeBytes
      all.longLines += batch.longLines
      all.partialLines += batch.partialLines
      all.rotations += batch.rotations
      all.truncations += batch.truncations
      all.readBytes += batch.readBytes
      all.lagBytes = batch.lagBytes
    }
    return String(decoding: lines, as: UTF8.self)
  }
}

/// `try #require` outside of a test's body.
private func require<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw CocoaError(.fileReadUnknown) }
  return value
}
