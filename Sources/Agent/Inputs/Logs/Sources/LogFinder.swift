// Looks for the files of one source from helper threads. What was found is kept between looks, so that a directory in
// which nothing has changed costs one call, and one that is stuck has one helper and no second.
// SPDX-License-Identifier: Apache-2.0

/// Finds the files that a source means. Thread-safe; may block where the file system does.
final class LogFinder: Sendable {
  /// A file that is there.
  struct Found: Hashable, Sendable {
    let path: String
    let identity: FileIdentity
    let isLink: Bool
  }

  /// What is there now.
  struct Scan: Equatable, Sendable {
    /// In the order of their paths.
    var files: [Found] = []
    /// The directories that were looked through.
    var folders: [String] = []
    /// Names and directories past the limits.
    var leftOut = 0
    /// Why a directory could not be looked through.
    var fault: String?
  }

  /// What a look brings.
  enum Answer: Sendable {
    case scan(Scan)
    /// The same as the last time.
    case same
    /// Another helper is still at it.
    case busy
  }

  private struct State {
    var folders: [String: LogFolderCache] = [:]
    var last: Scan?
  }

  let source: LogSource
  private let state = Guarded(State())

  init(_ source: LogSource) { self.source = source }

  /// Looks.
  func look(at now: Moment) -> Answer {
    state.withLockIfFree { state -> Answer in
      var walk = LogWalk(source, known: state.folders, at: now)
      walk.run()
      state.folders = walk.folders
      if let last = state.last, last == walk.scan { return .same }
      state.last = walk.scan
      return .scan(walk.scan)
    } ?? .busy
  }
}
