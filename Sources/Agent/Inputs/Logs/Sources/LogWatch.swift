// Hears from the kernel which files of a directory of logs have changed, and hints the tail to look at them. A busy service
// writes thousands of times a second: after each hint the kernel's queue is left alone for a moment, so that a thousand
// writes cost one look. Without the kernel's word, as on a network mount or past the user's limit on watches, the tick
// finds the change a second later.
// SPDX-License-Identifier: Apache-2.0

/// Turns changes in directories into hints.
final class LogWatch {
  private let loop: EventLoop
  private let inotify: Inotify
  private let work: any BlockingWork
  private let log: any EventLog
  private let logs: LogInput
  private var token: EventLoop.Token = 0
  private var pause: OneShotTimer?
  /// The directories, by the kernel's number for them.
  private var folders: [Int32: [String]] = [:]
  private var count = 0
  private var saidFault = false

  /// Watches the directories of `logs` from the loop, those that come later too; `work` adds them, because a mount may be
  /// dead.
  init(
    _ logs: LogInput, loop: EventLoop, work: any BlockingWork, log: any EventLog
  ) throws(SystemError) {
    self.loop = loop
    self.logs = logs
    self.work = work
    self.log = log
    let inotify = try Inotify()
    self.inotify = inotify
    pause = try OneShotTimer(loop: loop) { [unowned self] in listen(true) }
    token = try loop.add(inotify.number, .read) { [unowned self] _ in hear() }
    logs.onFolder = { [unowned self] in watch($0) }
  }

  private func watch(_ folder: String) {
    count += 1
    if count > Limits.watchedFolders { return }
    work.run(folder, limitSeconds: Limits.logReadSeconds) { [inotify] () -> Result<Int32, SystemError> in
      do throws(SystemError) {
        return .success(try inotify.watch(directory: folder))
      } catch {
        return .failure(error)
      }
    } done: { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let number)?: folders[number, default: []].append(folder)
      case .failure(let error)?: say(folder, error.reason)
      case nil: say(folder, "no answer")
      }
    }
  }

  /// One line stands for all: where one cannot be watched, thousands cannot.
  private func say(_ folder: String, _ reason: String) {
    if saidFault { return }
    saidFault = true
    log.log(.warning, "changes of logs are seen once a second only", [("path", folder), ("error", reason)])
  }

  private func hear() {
    var changed: [LogFile] = []
    var seen: Set<ObjectIdentifier> = []
    var last: (folder: Int32, name: String)?
    var hasNew = false
    let isWhole = inotify.drain { number, name, isNew in
      if let last, last.folder == number, last.name == name, !isNew { return }
      last = (number, name)
      var isKnown = false
      for folder in folders[number] ?? [] {
        guard let file = logs.file(name, in: folder) else { continue }
        isKnown = true
        if seen.insert(ObjectIdentifier(file)).inserted { changed.append(file) }
      }
      if isNew, !isKnown { hasNew = true }
    }
    guard let isWhole else { return }
    if isWhole { logs.hint(changed) } else { logs.overflowed() }
    if hasNew { logs.hintNames() }
    listen(false, files: isWhole ? changed.count : logs.files.count)
  }

  /// Takes the kernel's word again, or not for a while: the longer, the more was to be looked at.
  private func listen(_ isOn: Bool, files: Int = 0) {
    let few = min(max(1, files) * Limits.logHintPauseMilliseconds, Limits.logHintPauseMillisecondsOfMany)
    let milliseconds = max(few, min(files / 2, Limits.logHintLongestPauseMilliseconds))
    do {
      if !isOn { try pause?.set(milliseconds: milliseconds) }
      try loop.modify(token, inotify.number, isOn ? .read : [])
    } catch {
      // Then hints come more often, or the tick alone looks: both are right, one is dearer.
    }
  }
}
