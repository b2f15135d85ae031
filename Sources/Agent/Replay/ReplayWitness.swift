// What a summary keeps of each line, beside what the agent's counters keep: when it was, how long its request took, and
// where the lines are that did not count. Everything in it is bounded; the sums by route and status are in the tally.
// SPDX-License-Identifier: Apache-2.0

/// Watches the lines of all files. Not thread-safe; lines whose values are plain cost no heap.
struct ReplayWitness: LineWitness {
  static var plan: KeyPlan { LogKey.timedPlan }

  private(set) var course = TimeCourse()
  private(set) var slow = SlowRequests()
  private(set) var faults: [ReplayFault] = []
  /// The durations of each service's routes, by their place in its table.
  private(set) var durations: [[DurationSketch]] = []
  /// The earliest and the latest time of a line, in nanoseconds since 1970; nil when no line says one.
  var span: ClosedRange<UInt64>? { earliest <= latestOfAll ? earliest...latestOfAll : nil }
  /// Lines that say no time.
  private(set) var untimed: UInt64 = 0
  /// Requests among them.
  private(set) var untimedRequests: UInt64 = 0
  /// Lines that are earlier than one before them in their file, and by how much at the most, in nanoseconds.
  private(set) var late: (lines: UInt64, most: UInt64) = (0, 0)
  /// Lines that belong to the one before.
  private(set) var continuations: UInt64 = 0
  /// Lines of JSON that were counted from one scan: their loggers are those of the lines that were looked at.
  private(set) var scans: UInt64 = 0
  /// Lines, or records, that were counted in each form.
  private(set) var forms = [UInt64](repeating: 0, count: LogForms.all.count)
  /// Whether a form was seen.
  private(set) var isSeen = [Bool](repeating: false, count: LogForms.all.count)

  /// The number of the present line in its file, from 1.
  private(set) var number: UInt64 = 0
  private var file = 0
  private var service = 0
  /// The latest time in the present file.
  private(set) var latest: UInt64 = 0
  private var start: UInt64 = 0
  private var clock = TimeMemory()
  /// The times of a container runtime for the lines at hand, and where these begin among those that it knows.
  private var runtime: (clock: LineClock, start: Int)?
  private var reader = FormReader()
  private var earliest = UInt64.max
  private var latestOfAll: UInt64 = 0

  /// Nothing seen yet, of logs of so many services.
  init(services: Int) { durations = [[DurationSketch]](repeating: [], count: services) }

  /// The time that lines have which say none: that of the latest before them, or of the file's first line that says one.
  var now: UInt64 { max(latest, start) }

  /// The next lines are those of another file, the first of which that says a time says `start`.
  mutating func begin(file: Int, service: Int, start: UInt64) {
    self.start = start == .max ? latestOfAll : start
    self.file = file
    self.service = service
    number = 0
    latest = 0
  }

  /// The next lines begin at `start` of those that `clock` knows; nil where no container runtime gave times.
  mutating func begin(clock: LineClock?, at start: Int) { runtime = clock.map { ($0, start) } }

  /// Lines that nobody counts.
  mutating func pass(_ lines: UInt64 = 1) { number &+= lines }

  /// A chunk is over: what is wanted of its slow requests is read.
  mutating func finish(_ bytes: Span<UInt8>, service: String) { slow.finish(bytes, service: service) }

  // MARK: LineWitness

  @inline(__always) mutating func begin() { number &+= 1 }

  @inline(__always) func isUsual(_ values: [JSONSlice]) -> Bool {
    if case .unclear = LogKey.time(values) { return false }
    return true
  }

  @inline(__always) mutating func scanned(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ values: [JSONSlice], _ request: CountedRequest?
  ) {
    scans &+= 1
    if scans % Limits.replayLookLines == 0 || scans <= Limits.replayLookLines / 16 { look(bytes, range) }
    var time: UInt64?
    if case .value(let value) = LogKey.time(values) { time = clock.time(value, bytes) }
    note(time, request, range, isRecord: false)
  }

  mutating func formed(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isRecord: Bool, _ line: borrowing LogLine, _ request: CountedRequest?
  ) {
    forms[line.form] &+= 1
    isSeen[line.form] = true
    note(line.time(bytes), request, range, isRecord: isRecord)
  }

  mutating func continued() { continuations &+= 1 }

  mutating func refused(_ fault: LogFault) {
    if let place = faults.firstIndex(where: { $0.reason == fault }) { return faults[place].count &+= 1 }
    faults.append(ReplayFault(reason: fault, count: 1, file: file, number: number))
  }

  // MARK: What every line brings

  @inline(__always) private mutating func note(
    _ own: UInt64?, _ request: CountedRequest?, _ range: Range<Int>, isRecord: Bool
  ) {
    let time = own ?? runtime?.clock.time(at: range.lowerBound + (runtime?.start ?? 0))
    let isNew = request.map { !$0.isRepeated } ?? false
    if let time {
      if time < latest { noteLate(time) } else { latest = time }
      if time < earliest { earliest = time }
      if time > latestOfAll { latestOfAll = time }
      course.add(time, status: isNew ? request?.status : nil, seconds: request?.seconds)
    } else {
      untimed &+= 1
      if isNew { untimedRequests &+= 1 }
    }
    guard let request, let seconds = request.seconds else { return }
    if request.place >= durations[service].count { addRoutes(through: request.place) }
    durations[service][request.place].add(seconds)
    if slow.wants(seconds) {
      slow.add(
        SlowRequest(
          seconds: seconds, status: request.status, time: time, file: file, number: number, range: range,
          isRecord: isRecord))
    }
  }

  @inline(never) private mutating func noteLate(_ time: UInt64) {
    late.lines &+= 1
    late.most = max(late.most, latest &- time)
  }

  @inline(never) private mutating func addRoutes(through place: Int) {
    while durations[service].count <= place { durations[service].append(DurationSketch()) }
  }

  @inline(never) private mutating func look(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if reader.read(bytes, range) == .record { isSeen[reader.line.form] = true }
  }
}
