// One call of statvfs(3) that may never come back. It keeps what it finds by itself, because its caller gives up waiting
// after some seconds and the answer, once the server is back, says that the mount may be asked again.
// SPDX-License-Identifier: Apache-2.0

/// A question for the space of one mount. Thread-safe.
final class SpaceCall: Sendable {
  private struct State {
    var hasStarted = false
    var result: Result<FilesystemSpace, SystemError>?
  }

  private let path: [UInt8]
  private let state = Guarded(State())

  init(_ path: [UInt8]) { self.path = path }

  /// Asks the kernel; on a helper thread.
  func ask() -> Result<FilesystemSpace, SystemError> {
    state.withLock { $0.hasStarted = true }
    let result = FilesystemSpace.read(path)
    state.withLock { $0.result = result }
    return result
  }

  /// Whether a helper thread took it up.
  var hasStarted: Bool { state.withLock { $0.hasStarted } }

  /// The answer, once there is one.
  var result: Result<FilesystemSpace, SystemError>? { state.withLock { $0.result } }
}
