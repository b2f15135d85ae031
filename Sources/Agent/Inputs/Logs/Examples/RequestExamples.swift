// A request of each duration bucket, with the id of its trace or its own, so that a person can go from a slow bucket to a
// case. Of the requests of a bucket one a second is looked at, the first: it is read again in its form, which says where
// the id stands, and replaces the one before. All others cost a comparison; lines without an id not even that. Reading
// again costs ten times as much as counting, so a service has so many of them a second: of thousands of routes those get
// examples that come first in it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The examples of a service's requests; they look on while its lines are counted. Not thread-safe; a request that is not
/// looked at costs no heap.
struct RequestExamples: LineWitness {
  static var plan: KeyPlan { LogKey.plan }

  /// For each route the second that its last request of interest is of, and below it a bit for each bucket that was looked
  /// at in that second.
  private var marks: [UInt64] = []
  /// The examples of each route that has any, one a bucket.
  private var examples: [[Exemplar?]] = []
  private var reader = FormReader()
  private var now = Moment(boot: 0, real: 0)
  /// The present second, about, above the bits of the buckets.
  private var turn: UInt64 = 0
  /// How many more requests may be looked at in it.
  private var looksLeft = 0

  /// The lines that follow were written at about this moment.
  mutating func begin(at now: Moment) {
    self.now = now
    // 1.07 s are as good as one.
    let next: UInt64 = (now.real >> 30 &+ 1) << 16
    if next != turn { (turn, looksLeft) = (next, Limits.exampleLooks) }
  }

  /// The examples of a route by bucket; none at all when it has none.
  func kept(_ place: Int) -> [Exemplar?] { place < examples.count ? examples[place] : [] }

  @inline(__always) func begin() {}
  @inline(__always) func isUsual(_ values: [JSONSlice]) -> Bool { true }

  @inline(__always) mutating func scanned(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ values: [JSONSlice], _ request: CountedRequest?
  ) {
    guard values[LogKey.trace.rawValue].isThere, let request, request.seconds != nil, isDue(request) else { return }
    look(bytes, range, request)
  }

  mutating func formed(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isRecord: Bool, _ line: borrowing LogLine, _ request: CountedRequest?
  ) {
    guard let request, request.seconds != nil, isDue(request) else { return }
    mark(request)
    keep(bytes, ExampleID.find(line, bytes), line.time(bytes), request)
  }

  @inline(__always) func continued() {}
  @inline(__always) func refused(_ fault: LogFault) {}

  /// Whether no request of the bucket was looked at in this second.
  @inline(__always) private func isDue(_ request: CountedRequest) -> Bool {
    if looksLeft == 0 { return false }
    if request.place >= marks.count { return true }
    let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: request.bucket)
    return marks[request.place] & (~0xFFFF | bit) != turn | bit
  }

  @inline(never) private mutating func look(_ bytes: Span<UInt8>, _ range: Range<Int>, _ request: CountedRequest) {
    mark(request)
    guard reader.read(bytes, range) == .record else { return }
    keep(bytes, ExampleID.find(reader.line, bytes), reader.line.time(bytes), request)
  }

  private mutating func mark(_ request: CountedRequest) {
    looksLeft -= 1
    let place = request.place
    while marks.count <= place { marks.append(0) }
    if marks[place] & ~0xFFFF != turn { marks[place] = turn }
    marks[place] |= 1 << UInt64(truncatingIfNeeded: request.bucket)
  }

  private mutating func keep(
    _ bytes: Span<UInt8>, _ id: (label: String, range: Range<Int>)?, _ written: UInt64?, _ request: CountedRequest
  ) {
    guard let id, let seconds = request.seconds else { return }
    let (place, bucket) = (request.place, request.bucket)
    let time = Double(min(written ?? now.real, now.real)) / 1e9
    while examples.count <= place { examples.append([]) }
    if examples[place].isEmpty { examples[place] = [Exemplar?](repeating: nil, count: RouteCounts.bounds.count + 1) }
    // A scraper takes no example that is older than the one before.
    if let before = examples[place][bucket]?.timestamp, before > time { return }
    examples[place][bucket] = Exemplar(
      labels: LabelSet([(id.label, bytes.string(id.range))]), value: seconds, timestamp: time)
  }
}
