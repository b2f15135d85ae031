// The reader of one file: its lines go into its service's counts, those that a person should see to the caller.
// SPDX-License-Identifier: Apache-2.0

/// Counts the lines of one file into its service. Not thread-safe; bytes that are plain cost no heap.
final class LogReader {
  /// Where it counts to.
  let counts: ServiceCounts
  private let reader: ServiceReader
  private var memory = LineMemory()
  /// Lines that counted at their own time.
  private(set) var backfilled: UInt64 = 0
  /// While they do.
  private var times: LineTimes?

  /// Counts into `counts`, and by the rules that read its service; the service's first reader says what it checks.
  init(_ counts: ServiceCounts, rules: LogRules? = nil, check: LineScanner.Check = .form) {
    self.counts = counts
    reader =
      counts.reader
      ?? ServiceReader(check: check, rules: rules.flatMap { RuleReader($0, service: counts.service) })
    counts.reader = reader
  }

  /// Lines that were seen, broken ones included, empty ones not.
  var lines: UInt64 { memory.lines }
  /// What was refused and why.
  var faults: [LogFault: UInt64] { memory.faults }

  /// Counts faults that the tail met.
  func add(_ fault: LogFault, _ count: UInt64) {
    if count > 0 { memory.faults[fault, default: 0] &+= count }
  }

  /// Counts an error line that waits for its stack trace when that does not come; call it once a tick.
  func settle(at now: Moment) { reader.settle(&memory, into: counts, at: now) }

  /// Counts all lines of `chunk`; appends those that people should see to `errors`, oldest first.
  func read(_ chunk: [UInt8], at now: Moment, errors: inout [RecentError]) {
    read(chunk.span, at: now, errors: &errors)
  }

  /// Counts the lines of `chunk` from `start` on that are no later than `moment`, in nanoseconds since 1970, and those
  /// between them that say no time or one that is still to come. Moves `start` behind them; the time of the line that is
  /// there is the result, nil at the chunk's end.
  func read(
    _ chunk: [UInt8], clock: LineClock? = nil, from start: inout Int, until moment: UInt64, at now: Moment,
    errors: inout [RecentError]
  ) -> UInt64? {
    let bytes = chunk.span
    let times = times ?? LineTimes()
    self.times = times
    let stop = times.stop(bytes, from: start, after: moment, latest: now.real, clock: clock)
    reader.look(ahead: bytes, of: &memory)
    if stop.place > start {
      let written = Self.past(moment, now)
      count(
        bytes.extracting(start..<stop.place), at: now, written: written, clock: clock, from: start, errors: &errors)
    }
    backfilled &+= stop.timed
    start = stop.place
    return stop.time
  }

  /// The moment of a time that is over; nil for one that is not, or is none.
  private static func past(_ time: UInt64, _ now: Moment) -> Moment? {
    time > 0 && time < now.real ? Moment(boot: now.boot &- (now.real &- time), real: time) : nil
  }

  /// The same of bytes that somebody else holds. They begin at `start` of those that `clock` knows.
  func read(
    _ bytes: Span<UInt8>, at now: Moment, clock: LineClock? = nil, from start: Int = 0, errors: inout [RecentError]
  ) {
    times = nil
    count(bytes, at: now, written: nil, clock: clock, from: start, errors: &errors)
  }

  /// `written` is when lines were written that are read later, about.
  private func count(
    _ bytes: Span<UInt8>, at now: Moment, written: Moment?, clock: LineClock?, from start: Int,
    errors: inout [RecentError]
  ) {
    reader.read(bytes, of: &memory, into: counts, at: now, written: written, errors: &errors) { place in
      clock?.time(at: start + place).map { Moment(boot: now.boot, real: $0) } ?? now
    }
  }
}
