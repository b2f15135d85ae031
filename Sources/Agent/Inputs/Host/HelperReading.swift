// What a helper thread reads for an input, because it may block or take long: drivers behind sysfs that ask their
// hardware, tables of a hundred thousand sockets. One reading is under way at a time. One that does not come back in
// time leaves nothing known, and no second thread is sent after it until it is back.
// SPDX-License-Identifier: Apache-2.0

/// Readings on helper threads, one after the other.
final class HelperReading<Value: Sendable> {
  /// What was read, and the CPU time that it took.
  private typealias Call = BlockingCall<(value: Value, seconds: Double)>

  private let subject: String
  private let work: any BlockingWork
  private let turns: ReadingTurns
  private let log: any EventLog
  private let read: @Sendable () -> Value
  private var call: Call?
  private var isSilent = false
  /// Seconds to wait before the next reading, so that this one costs a bounded share of a core.
  private(set) var restSeconds = 0.0

  /// `subject` names what is read, for the log; `read` runs on a helper thread.
  init(
    _ subject: String, work: any BlockingWork, turns: ReadingTurns, log: any EventLog,
    _ read: @escaping @Sendable () -> Value
  ) {
    self.subject = subject
    self.work = work
    self.turns = turns
    self.log = log
    self.read = read
  }

  /// Reads, then calls `done` on the loop: with nil when nothing came in time. Does nothing while a reading is out.
  func start(_ done: @escaping (Value?) -> Void) {
    if let call, call.isOut { return }
    let call = Call { [read] in
      let clock = ThreadCPUTime()
      let start = clock.spent()
      let value = read()
      guard let start, let end = clock.spent() else { return (value, 0) }
      return (value, Double(end &- start) / 1e9)
    }
    self.call = call
    turns.take { self.run(call, done) }
  }

  private func run(_ call: Call, _ done: @escaping (Value?) -> Void) {
    work.run(subject, limitSeconds: Limits.readingSeconds) {
      call.ask()
    } done: { [weak self, turns] result in
      self?.take(call, result, done)
      turns.pass()
    }
  }

  private func take(_ call: Call, _ result: (value: Value, seconds: Double)?, _ done: (Value?) -> Void) {
    guard self.call === call else { return }
    if let result {
      self.call = nil
      restSeconds = min(result.seconds / Limits.readingShare, Limits.readingRestSeconds)
      if isSilent { log.log(.info, "answers again", [("subject", subject)]) }
      isSilent = false
    } else {
      let hasStarted = call.hasStarted
      // All helpers were busy elsewhere: this one may be asked again at once.
      if !hasStarted { self.call = nil }
      let reason = hasStarted ? "no answer in \(Int(Limits.readingSeconds)) s" : "not asked in time"
      if !isSilent {
        log.log(.warning, "cannot be read; its metrics are absent", [("subject", subject), ("error", reason)])
      }
      isSilent = true
    }
    done(result?.value)
  }
}
