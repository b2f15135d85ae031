import Foundation

@testable import VitalsAgent

/// Finished logs in a folder of their own, which goes with it, and what is read of them.
final class ReplayFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-replay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a log; its path.
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Reads logs that are there.
  func replay(_ names: [String], window: ReplayWindow? = nil) throws -> LogReplay {
    let sources = names.compactMap { ReplaySource.parse(url.appendingPathComponent($0).path) }
    let replay = try LogReplay(sources, rules: LogRules(), window: window)
    replay.read()
    return replay
  }

  /// A text without the name of the folder.
  func shown(_ text: String) -> String { text.replacingOccurrences(of: url.path + "/", with: "") }
}
