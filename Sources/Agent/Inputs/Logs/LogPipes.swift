// Waits on the loop for pipes that are logs, and hints the input to read them at once: a writer is held up as soon as its
// pipe is full. After a look that brought little the pipe is left alone for a moment, so that a thousand lines a second cost
// fifty looks; after one that brought much it is not. Pipes that the loop cannot wait for are read at each tick.
// SPDX-License-Identifier: Apache-2.0

/// Turns readiness of pipes into hints.
final class LogPipes {
  private struct Wait {
    let token: EventLoop.Token
    let end: PipeEnd
  }

  private let loop: EventLoop
  private unowned let logs: LogInput
  private var waits: [ObjectIdentifier: Wait] = [:]
  /// Those that are left alone until the pause ends.
  private var resting: [Wait] = []
  private var pause: OneShotTimer?

  /// Hears of pipes from `logs`, whose batches bring them.
  init(_ logs: LogInput, loop: EventLoop) throws(SystemError) {
    self.loop = loop
    self.logs = logs
    pause = try OneShotTimer(loop: loop) { [unowned self] in wake() }
    logs.onRest = { [unowned self] in rest($0, $1) }
  }

  /// A batch is counted and nothing more is asked of the file until something comes.
  private func rest(_ file: LogFile, _ batch: TailBatch) {
    let name = ObjectIdentifier(file)
    let known = waits[name]
    if let known, known.end === batch.pipe {
      if batch.readBytes >= UInt64(Limits.pipeBusyBytes) { return listen(known) }
      if resting.isEmpty { try? pause?.set(milliseconds: Limits.logHintPauseMilliseconds) }
      resting.append(known)
      return
    }
    if let known {
      resting.removeAll { $0.token == known.token }
      waits[name] = nil
      loop.remove(known.token, known.end.number)
    }
    if let end = batch.pipe { add(file, end) }
  }

  private func add(_ file: LogFile, _ end: PipeEnd) {
    do throws(SystemError) {
      let token = try loop.add(end.number, [.read, .once]) { [unowned self, weak file] _ in
        if let file { logs.hint([file]) }
      }
      waits[ObjectIdentifier(file)] = Wait(token: token, end: end)
    } catch {
      // What cannot be waited for is read at each tick.
    }
  }

  private func wake() {
    let all = resting
    resting = []
    for wait in all { listen(wait) }
  }

  /// A failure leaves the pipe to the tick.
  private func listen(_ wait: Wait) { try? loop.modify(wait.token, wait.end.number, [.read, .once]) }
}
