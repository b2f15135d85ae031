// The rules: which line is a request, what it adds to which series, which line a person should see. A request counts
// once, at the line that has its method, path and status: a line that says it began has no status, one about a retry
// upstream has no path.
//
// Most lines are JSON with keys that all forms read alike: those are counted straight from one scan. Any other line, and
// any with a value that is not plain, is read in its form, which gives the same answer and costs some times as much. A
// struct that is borrowed for a whole chunk: then nothing on a line's way asks who else holds it. One may read many files,
// chunk by chunk, when it is handed what each of them needs, see LineMemory.
// SPDX-License-Identifier: Apache-2.0

/// Counts lines into a service's tally, before the eyes of a witness. Not thread-safe; lines whose values are plain cost no heap.
struct LineCounter<Witness: LineWitness & ~Copyable>: ~Copyable {
  /// A line of the present chunk that people should see.
  private struct Notable {
    var range: Range<Int>
    /// The record in a line of several.
    var record: Range<Int>?
    /// The last of the lines that belong to it.
    var last: Range<Int>?
    /// What it says, when that was read already.
    var said: Said?
  }

  /// What a line says by plain values alone: its text, and when it was written.
  private struct Said {
    let text: Range<Int>
    let level: LogLevel
    let time: UInt64
    /// Method, path and status of a request.
    var request: (method: Range<Int>, path: Range<Int>, status: UInt16)?
  }

  /// Lines that were seen, broken ones included, empty ones not.
  private(set) var lines: UInt64 = 0
  /// What was refused and why.
  private(set) var faults: [LogFault: UInt64] = [:]

  private var scanner: LineScanner
  /// The values of the present line, by ``LogKey``.
  private var values = LineScanner.values(of: Witness.plan)
  private var reader = FormReader()
  private var request = LogRequest()
  private var call = AICall()
  /// Room for what a line says.
  private var words: [UInt8] = []
  /// At most as many as are kept, from ``notableNext`` on.
  private var notable: [Notable] = []
  private var notableNext = 0
  /// Where the last line that was noted stands in ``notable``, while lines that belong to it may follow.
  private var open: Int?

  private var rules: RuleReader?
  /// When the lines of the present chunk were written, when they are read later.
  private var written: Moment?
  /// The latest error; a stack trace may follow it.
  private var error = ErrorLine()

  /// Will check lines as `check` says, and hand them to `rules`.
  init(check: LineScanner.Check, rules: consuming RuleReader?) {
    scanner = LineScanner(Witness.plan, check: check)
    self.rules = rules
  }

  /// Counts faults that somebody else met.
  mutating func add(_ fault: LogFault, _ count: UInt64) {
    if count > 0 { faults[fault, default: 0] &+= count }
  }

  /// Looks at what comes first, once, when it is to be read in parts.
  mutating func look(ahead bytes: Span<UInt8>) { reader.look(ahead: bytes) }

  /// Counts all lines of a chunk into `tally`; `written` is when they were, when that is past.
  mutating func read(
    _ bytes: Span<UInt8>, into tally: inout LogTally, at now: Moment, written: Moment? = nil, _ witness: inout Witness
  ) {
    self.written = written
    tally.routes.turn(to: written ?? now)
    notable.removeAll(keepingCapacity: true)
    notableNext = 0
    open = nil
    reader.look(ahead: bytes)
    var start = 0
    while start < bytes.count {
      witness.begin()
      start = line(bytes, at: start, &tally, now, &witness) &+ 1
    }
  }

  /// Counts an error line that has waited for its stack trace for long enough.
  mutating func settle(into tally: inout LogTally, at now: Moment) {
    if error.isDue(now) { closeError(&tally) }
  }

  /// The log is over: nothing more belongs to its last line.
  mutating func finish(into tally: inout LogTally) {
    if error.isOpen { closeError(&tally) }
  }

  /// Counts the line that begins at a place; the place of its end. Where an object ends, there a line does: only other
  /// lines are looked through for it first.
  private mutating func line(
    _ bytes: Span<UInt8>, at place: Int, _ tally: inout LogTally, _ now: Moment, _ witness: inout Witness
  ) -> Int {
    var start = place
    while start < bytes.count, bytes[start] == 0 { start &+= 1 }
    if start < bytes.count, bytes[start] == UInt8(ascii: "{") {
      do throws(JSONFailure) {
        let end = try scanner.scan(bytes, start..<bytes.count, into: &values)
        let range = start..<(bytes[end &- 1] == 13 ? end &- 1 : end)
        begin(bytes, range, now)
        if !usual(bytes, range, &tally, &witness) { formed(bytes, range, &tally, now, &witness) }
        return end
      } catch {
        // What is wrong with it, its form says: it may belong to the text before.
      }
    }
    let end = bytes.first(10, in: start..<bytes.count)
    let range = start..<(end > start && bytes[end &- 1] == 13 ? end &- 1 : end)
    if range.isEmpty { return end }
    begin(bytes, range, now)
    formed(bytes, range, &tally, now, &witness)
    return end
  }

  /// Counts a line as seen, and shows it to the rules.
  @inline(__always) private mutating func begin(_ bytes: Span<UInt8>, _ range: Range<Int>, _ now: Moment) {
    lines &+= 1
    rules?.read(bytes, range, at: now, written: written)
  }

  /// Goes on with a file of which `file` has what is to be remembered, and puts there what is of the one before. Between
  /// two chunks; costs no heap while no error is open.
  mutating func exchange(_ file: inout LineMemory) {
    swap(&lines, &file.lines)
    swap(&faults, &file.faults)
    swap(&reader.memory, &file.form)
    let next = file.error
    file.error = error.isOpen ? error : nil
    if error.isOpen { error = ErrorLine() }
    if let next { error = next }
  }

  // MARK: Lines that all forms read alike

  /// The value of a key in the present line.
  @inline(__always) private func value(_ key: LogKey) -> JSONSlice { values[key.rawValue] }

  /// Counts a line whose values are all plain and where they usually are; false when it is none.
  @inline(__always) private mutating func usual(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ tally: inout LogTally, _ witness: inout Witness
  ) -> Bool {
    let (level, cache) = (value(.level), value(.cache))
    guard value(.other).kind == .absent, value(.event).kind != .object, level.kind == .string, level.isPlain,
      !level.range.isEmpty,
      bytes[level.range.lowerBound] >= UInt8(ascii: "A"), cache.kind == .absent || cache.isPlain,
      witness.isUsual(values)
    else { return false }
    let alarm = Self.alarm(bytes, level.range)
    var said: Said?
    if let alarm {
      said = Self.said(values, bytes, level.range)
      // What an error says is more than what is counted of other lines. Another one may wait for its stack trace: that
      // ends here.
      if alarm == .error, error.isOpen || said == nil { return false }
    }
    // Tokens are among the other keys; a call that has none is known by its event.
    if value(.model).isThere, AICall.isCall(bytes, value(.event).range) { return false }
    let (method, path, status) = (value(.method), value(.path), value(.status))
    let isRequest = status.isThere && path.isThere
    if !isRequest, value(.msg).isThere || value(.message).isThere { return false }
    if cache.kind != .absent, cache.kind != .string { return false }
    var request: CountedRequest?
    if isRequest {
      // A path without its slash may be an URL; an empty one is for the form to refuse.
      guard method.kind == .string, method.isPlain, !method.range.isEmpty, path.kind == .string, path.isPlain,
        let first = path.range.first, bytes[first] == UInt8(ascii: "/"), let number = Self.status(status, bytes),
        let seconds = Self.seconds(value(.milliseconds), value(.seconds), bytes)
      else { return false }
      let known = seconds < 0 ? nil : seconds
      if tally.routes.isTold {
        request = tally.routes.told(
          bytes, method: method.range, bytes, path: path.range, status: number, seconds: known, by: .service)
      } else {
        request = tally.routes.count(
          bytes, method: method.range, bytes, path: path.range, status: number, seconds: known)
      }
    } else if method.isThere, status.isThere {
      return false
    }
    tally.levels.count(bytes, level.range)
    if cache.kind == .string, let isHit = LogLine.isCacheHit(bytes, cache.range) { tally.countCache(isHit: isHit) }
    open = nil
    reader.noteJSON()
    if let alarm {
      if isRequest, let number = Self.status(status, bytes) { said?.request = (method.range, path.range, number) }
      noteAlarm(bytes, range, alarm, said, &tally)
    }
    witness.scanned(bytes, range, values, request)
    return true
  }

  @inline(never) private mutating func noteAlarm(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ alarm: LogLevel, _ said: Said?, _ tally: inout LogTally
  ) {
    note(Notable(range: range, said: said))
    guard alarm == .error, let said else { return }
    error.begin(bytes, text: said.text, said.level, time: said.time)
    if let request = said.request {
      error.add(bytes.extracting(request.method), bytes.extracting(request.path), status: request.status)
    }
    tally.errors.count(error)
  }

  /// What a line of these values says; nil when that is for its form to read. No method: for one that is not inlined the
  /// whole counter would be copied.
  @inline(never) private static func said(
    _ values: [JSONSlice], _ bytes: Span<UInt8>, _ level: Range<Int>
  ) -> Said? {
    func value(_ key: LogKey) -> JSONSlice { values[key.rawValue] }
    if value(.failure).isThere { return nil }
    var text = value(.event)
    if !text.isThere {
      if value(.msg).isThere, value(.message).isThere { return nil }
      text = value(.msg).isThere ? value(.msg) : value(.message)
    }
    guard text.kind == .string, text.isPlain, value(.timestamp).kind == .string, value(.timestamp).isPlain,
      let time = Timestamp.nanoseconds(bytes, value(.timestamp).range), let level = LogLevel.named(bytes, level)
    else { return nil }
    return Said(text: text.range, level: level, time: time)
  }

  /// The duration in seconds, -1 when there is none; nil when it is for the form to judge.
  @inline(__always) private static func seconds(
    _ milliseconds: JSONSlice, _ seconds: JSONSlice, _ bytes: Span<UInt8>
  ) -> Double? {
    if milliseconds.kind == .number { return believed(bytes.number(milliseconds.range) / 1_000) }
    if milliseconds.kind != .absent { return nil }
    if seconds.kind == .number { return believed(bytes.number(seconds.range)) }
    return seconds.kind == .absent ? -1 : nil
  }

  @inline(__always) private static func believed(_ seconds: Double) -> Double? {
    seconds >= 0 && seconds <= Limits.logDurationSeconds ? seconds : nil
  }

  /// A status of three digits from 100 to 599.
  @inline(__always) private static func status(_ value: JSONSlice, _ bytes: Span<UInt8>) -> UInt16? {
    guard value.kind == .number, value.range.count == 3,
      let (number, decimals) = bytes.word(at: value.range.lowerBound, count: 3).shortDecimal(3), decimals == 0
    else { return nil }
    return number >= 100 && number < 600 ? UInt16(truncatingIfNeeded: number) : nil
  }

  /// Whether a person should see a line of this level: `warning` when that is all, `error` when it is an error, nil for
  /// all others. The usual ones are told by their first letter.
  @inline(__always) private static func alarm(_ bytes: Span<UInt8>, _ level: Range<Int>) -> LogLevel? {
    let first = bytes[level.lowerBound] | 0x20
    if first == UInt8(ascii: "i") || first == UInt8(ascii: "n") { return nil }
    guard let level = LogLevel.named(bytes, level), level.isNotable else { return nil }
    return level.isError ? .error : .warning
  }

  // MARK: Lines in their forms

  private mutating func formed(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ tally: inout LogTally, _ now: Moment, _ witness: inout Witness
  ) {
    switch reader.read(bytes, range) {
    case .record: count(bytes, Notable(range: range), &tally, now, &witness)
    case .records:
      for record in reader.records where reader.readRecord(bytes, record) {
        count(bytes, Notable(range: range, record: record), &tally, now, &witness)
      }
    case .continuation:
      if let open { notable[open].last = range }
      if error.isOpen { error.add(bytes, range) }
      witness.continued()
    case .broken(let failure): refuse(.json(failure), &witness)
    }
  }

  private mutating func refuse(_ fault: LogFault, _ witness: inout Witness) {
    add(fault, 1)
    witness.refused(fault)
  }

  private mutating func count(
    _ bytes: Span<UInt8>, _ place: Notable, _ tally: inout LogTally, _ now: Moment, _ witness: inout Witness
  ) {
    open = nil
    if error.isOpen { closeError(&tally) }
    let level = countLevel(bytes, &tally)
    if level?.isNotable == true { note(place) }
    let outcome = request.read(reader.line, bytes)
    if let level, level.isError {
      error.begin(reader.line, bytes, level, at: now)
      if outcome == .request {
        let (method, path) = (request.method, request.path)
        error.add(method.span, path.span, status: request.status)
      }
      if !error.isOpen { tally.errors.count(error) }
    }
    if reader.line[.model].isThere,
      call.read(reader.line, bytes, isRequest: outcome != .none, isError: level?.isError == true)
    {
      tally.calls.count(call)
    }
    if let isHit = request.isCacheHit { tally.countCache(isHit: isHit) }
    var counted: CountedRequest?
    switch outcome {
    case .none: break
    case .fault(let fault): refuse(fault, &witness)
    case .request:
      if request.hasBadDuration { refuse(.duration, &witness) }
      let (method, path) = (request.method, request.path)
      counted = tally.routes.told(
        method.span, method: 0..<method.count, path.span, path: 0..<path.count, status: request.status,
        seconds: request.seconds, by: request.teller)
    }
    witness.formed(bytes, place.record ?? place.range, isRecord: place.record != nil, reader.line, counted)
  }

  /// Counts a line at its level, and returns it when it is one that we know.
  private mutating func countLevel(_ bytes: Span<UInt8>, _ tally: inout LogTally) -> LogLevel? {
    if let level = reader.line.level(bytes) {
      tally.levels.count(level)
      return level
    }
    guard let text = reader.line[.level].text else {
      tally.levels.count(.unknown)
      return nil
    }
    if text.writing == .plain {
      tally.levels.count(bytes, text.range)
      return nil
    }
    let word = Array(bytes.string(text).utf8)
    tally.levels.count(word.span, 0..<word.count)
    return LogLevel.named(word.span, 0..<word.count)
  }

  private mutating func closeError(_ tally: inout LogTally) {
    error.close()
    tally.errors.count(error)
  }

  // MARK: Lines that people should see

  private mutating func note(_ place: Notable) {
    if notable.count < Limits.recentErrors {
      notable.append(place)
      open = notable.count - 1
    } else {
      notable[notableNext] = place
      open = notableNext
      notableNext = (notableNext + 1) % notable.count
    }
  }

  /// Appends what was noted of a chunk to `errors`, oldest first; `moment` says when the line at a place was read or
  /// written, if it does not itself. Lines that are not plain are read again: only those that are kept cost memory.
  mutating func recall(
    _ bytes: Span<UInt8>, of service: String, to errors: inout [RecentError], at moment: (Int) -> Moment
  ) {
    if notable.isEmpty { return }
    // What is known of the file is not changed by a second look.
    let memory = reader.memory
    defer { reader.memory = memory }
    for offset in notable.indices {
      let place = notable[(notableNext + offset) % notable.count]
      if let said = place.said, place.last == nil {
        words.removeAll(keepingCapacity: true)
        for index in said.text { words.append(bytes[index]) }
        if let (method, path, status) = said.request {
          RequestWords.add(bytes.extracting(method), bytes.extracting(path), status, to: &words)
        }
        errors.append(
          RecentError(
            text: String(decoding: words, as: UTF8.self), said.level, real: said.time, service: service))
        continue
      }
      if let record = place.record {
        _ = reader.readRecord(bytes, record)
      } else {
        _ = reader.read(bytes, place.range)
      }
      let moment = moment(place.range.lowerBound)
      let outcome = request.read(reader.line, bytes)
      errors.append(
        RecentError(
          reader.line, bytes, of: outcome == .request ? request : nil, last: place.last, service: service, moment))
    }
  }
}
