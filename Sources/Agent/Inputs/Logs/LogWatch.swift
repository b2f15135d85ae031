// Hears from the kernel that a directory of logs has changed, and hints the tail to look. A busy service writes
// thousands of times a second: after each hint the kernel's queue is left alone for a moment, so that a thousand writes
// cost one look. Without the kernel's word, as on a network mount or past the user's limit on watches, the tick finds
// the change a second later.
// SPDX-License-Identifier: Apache-2.0

/// Turns changes in directories into hints.
final class LogWatch {
  private let loop: EventLoop
  private let inotify: Inotify
  private var token: EventLoop.Token = 0
  private let pauseMilliseconds: Int
  private var pause: OneShotTimer?

  /// Watches the directories of `logs` from the loop; `work` adds them, because a mount may be dead.
  init(
    _ logs: LogInput, loop: EventLoop, work: any BlockingWork, log: any EventLog
  ) throws(SystemError) {
    self.loop = loop
    pauseMilliseconds = min(
      Limits.logHintPauseMilliseconds * logs.files.count, Limits.logHintLongestPauseMilliseconds)
    let inotify = try Inotify()
    self.inotify = inotify
    pause = try OneShotTimer(loop: loop) { [unowned self] in listen(true) }
    token = try loop.add(inotify.number, .read) { [unowned self, unowned logs] _ in
      guard let isWhole = inotify.drain() else { return }
      if isWhole { logs.hint() } else { logs.overflowed() }
      listen(false)
    }
    for directory in logs.directories {
      work.run(directory, limitSeconds: Limits.logReadSeconds) { () -> String? in
        do throws(SystemError) {
          try inotify.watch(directory: directory)
          return nil
        } catch {
          return error.reason
        }
      } done: { reason in
        guard let reason = reason ?? "no answer" else { return }
        log.log(.warning, "changes of logs are seen once a second only", [("path", directory), ("error", reason)])
      }
    }
  }

  /// Takes the kernel's word again, or not for a while.
  private func listen(_ isOn: Bool) {
    do {
      if !isOn { try pause?.set(milliseconds: pauseMilliseconds) }
      try loop.modify(token, inotify.number, isOn ? .read : [])
    } catch {
      // Then hints come more often, or the tick alone looks: both are right, one is dearer.
    }
  }
}
