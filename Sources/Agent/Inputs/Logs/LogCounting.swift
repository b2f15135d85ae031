// Counts what polls bring: as it comes, or, while a service has not caught up with what was written before the agent ran,
// through its Backlog. Keeps the error lines for people, and says what a batch has to say.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counting of batches. Not thread-safe.
final class LogCounting {
  /// The last lines at level warning or above, oldest first, at most ``Limits/recentErrors``.
  private(set) var recentErrors: [RecentError] = []
  /// A log's place has changed since somebody set this to false.
  var haveMoved = true
  /// Called with each batch that is counted and was the last one for now.
  var onRest: ((LogFile, TailBatch) -> Void)?
  /// Polls a log again.
  var poll: (LogFile) -> Void = { _ in }
  private let rules: LogRules
  private let history: History?
  private let voice: LogVoice
  /// One for each service that has not caught up.
  private var backlogs: [Backlog] = []

  init(rules: LogRules, history: History?, voice: LogVoice) {
    self.rules = rules
    self.history = history
    self.voice = voice
  }

  /// Begins with these logs: what is in them is of the past.
  func begin(_ logs: LogSet) {
    backlogs = logs.services.map { Backlog($0, files: logs.files, rules: rules, history: history) }
    late = Set(backlogs.map(\.counts.service))
  }

  /// The services that have not caught up.
  private(set) var late: Set<String> = []

  /// Whether a service has not.
  func isLate(_ service: ServiceCounts) -> Bool { backlogs.contains { $0.counts === service } }

  /// Gives up the backlogs whose time is up, and ends those without an order that are read.
  func tick(_ files: [LogFile], at now: Moment) {
    for backlog in backlogs {
      if backlog.expire(at: now) {
        voice.say(.warning, "log is still being caught up with: what it has counts as it is read", [])
      } else if backlog.isOrdered || !backlog.isRead {
        continue
      }
      backlog.end()
      close(backlog)
      for file in files where file.held != nil { count(file, at: now) }
    }
  }

  /// Takes a batch of a log.
  func take(_ file: LogFile, _ batch: TailBatch, number: UInt64, at now: Moment) {
    file.look(batch, at: now)
    if !batch.hasMore { file.isBehind = false }
    file.held = (batch, number, 0, 0)
    if !catchUp(file, at: now) { count(file, at: now) }
  }

  /// Counts what waits in the order of time, while the file's service has not caught up; false when it has.
  @discardableResult
  func catchUp(_ file: LogFile, at now: Moment) -> Bool {
    guard file.isOrdered, let backlog = backlogs.first(where: { $0.counts === file.reader.counts }) else {
      return false
    }
    let counted = backlog.count(at: now, errors: &recentErrors)
    if backlog.isOver { close(backlog) }
    for (file, batch) in counted { taken(file, batch) }
    return true
  }

  /// A service has caught up. What its rules counted that the past has no room for is no growth.
  private func close(_ backlog: Backlog) {
    backlogs.removeAll { $0 === backlog }
    late.remove(backlog.counts.service)
    guard let history, !rules.isEmpty else { return }
    let rest = RulesOnTime(rules: rules, late: late)
    history.take(rest, at: history.upcoming - 1, fromZeroSince: history.upcoming - 1)
  }

  private func count(_ file: LogFile, at now: Moment) {
    guard let held = file.held else { return }
    file.held = nil
    file.take(held.batch, number: held.number)
    let bytes = held.batch.lines.span
    file.reader.read(
      bytes.extracting(held.place..<bytes.count), at: now, clock: held.batch.clock, from: held.place,
      errors: &recentErrors)
    taken(file, held.batch)
  }

  /// The lines of a batch are counted: says what it brought, and reads on.
  private func taken(_ file: LogFile, _ batch: TailBatch) {
    for event in batch.events { voice.say(file, event) }
    if recentErrors.count > Limits.recentErrors {
      recentErrors.removeFirst(recentErrors.count - Limits.recentErrors)
    }
    if !file.saidInvalid, let fault = file.reader.faults.keys.first {
      file.saidInvalid = true
      voice.say(file, .warning, "log has lines that do not count", [("reason", fault.reason)])
    }
    if batch.position != nil { haveMoved = true }
    if batch.hasMore || file.wantsMore { poll(file) } else { onRest?(file, batch) }
  }
}
