// What a service logged before it could be read: while the agent was down, or before the checkpoint was written when it
// was killed. Each line counts in the history at the second that it says, as if it had been read then: the lines of all
// of the service's logs are taken in the order of their times, and before those of a second count, the counters as they
// stand go into the seconds before. A line without a time counts with the one before it.
//
// Until all is read, or time is up, the service's counters, and what rules make of its lines, are shown to nobody: a
// scrape that saw them half way up would make a rate of it. Memory is one batch a log; what it costs is the parsing of times. That is too much for the logs of a
// service that has thousands: their lines count as they are read, and what they add up to makes no rate.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The logs of one service, read up to the present. Not thread-safe.
final class Backlog {
  /// Where its lines count.
  let counts: ServiceCounts
  private let files: [LogFile]
  private let rules: LogRules
  private let history: History?
  /// The second of the history that lines count in now; nil before the first.
  private var tick: Int?
  private var first: Int?
  private var began: Moment?
  /// Whether lines are taken in the order of their times.
  let isOrdered: Bool
  /// Nothing is held back any more.
  private(set) var isOver = false

  /// Will read those of `files` that count into `counts`, and by `rules`.
  init(_ counts: ServiceCounts, files: [LogFile], rules: LogRules, history: History?) {
    self.counts = counts
    self.rules = rules
    self.files = files.filter { $0.reader.counts === counts }
    isOrdered = self.files.count <= Limits.backlogFiles
    for file in self.files { file.isOrdered = isOrdered }
    self.history = history
  }

  /// Counts the lines that are held back, as far as no log can have earlier ones still to be read; the batches that are
  /// counted wholly.
  func count(at now: Moment, errors: inout [RecentError]) -> [(file: LogFile, batch: TailBatch)] {
    var counted: [(file: LogFile, batch: TailBatch)] = []
    while let file = earliest(), var held = file.held {
      // Zero is that of a log whose first line was not looked at yet.
      if held.time > 0 { reach(held.time) }
      let others = files.compactMap { $0 === file ? nil : $0.held?.time }.min() ?? .max
      let next = file.reader.read(
        held.batch.lines, clock: held.batch.clock, from: &held.place, until: max(min(others, second), held.time),
        at: now, errors: &errors)
      guard let next else {
        file.held = nil
        file.take(held.batch, number: held.number)
        counted.append((file, held.batch))
        continue
      }
      held.time = next
      file.held = held
    }
    if !files.contains(where: { $0.isBehind || $0.held != nil }) { end() }
    return counted
  }

  /// Every log was read to its end once.
  var isRead: Bool { !files.contains { $0.isBehind && $0.stuckAt == nil } }

  /// The end of the second that lines count in; nothing counts before the first.
  private var second: UInt64 {
    guard let history else { return .max }
    return tick.map { history.moment($0)?.real ?? .max } ?? 0
  }

  /// Ends it when it takes too long: what is still to come counts when it is read. True when that is so.
  func expire(at now: Moment) -> Bool {
    guard let began else {
      began = now
      return false
    }
    return !isOver && now.seconds(since: began) >= Limits.backlogSeconds
  }

  /// Gives up the order of time: every batch counts as it comes from now on.
  func end() {
    if isOver { return }
    isOver = true
    for file in files { file.isOrdered = false }
    guard let history else { return }
    // A count that nobody saw grow is no growth: it is known from the last second on.
    let from = tick ?? history.upcoming - 1
    write(from..<history.upcoming)
    rules.past(of: counts.service).end()
  }

  /// The log with the earliest line, when that is certain.
  private func earliest() -> LogFile? {
    if files.contains(where: { $0.isBehind && $0.held == nil && $0.stuckAt == nil }) { return nil }
    return files.filter { $0.held != nil }.min { ($0.held?.time ?? 0) < ($1.held?.time ?? 0) }
  }

  /// Lines of this time count next: the seconds before are what they are.
  private func reach(_ time: UInt64) {
    guard let history else { return }
    let next = history.tick(at: time)
    let from = tick ?? (next > history.span.lowerBound && counts.hasLines ? history.span.lowerBound : next)
    if next > from { write(from..<next) }
    tick = max(next, from)
  }

  private func write(_ ticks: Range<Int>) {
    guard let history, !ticks.isEmpty else { return }
    let start = first ?? ticks.lowerBound
    first = start
    let exposition = LogExposition(rows: [], services: [counts])
    let rules = rules.past(of: counts.service)
    for tick in ticks {
      if let moment = history.moment(tick) { rules.sweep(moment) }
      history.take(exposition, at: tick, fromZeroSince: start)
      history.take(rules, at: tick, fromZeroSince: start)
    }
  }
}
