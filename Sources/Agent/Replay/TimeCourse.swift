// What happened when, by the lines' own times, whatever order they came in. Buckets begin at a second each; memory is for
// stretches in which something was logged, and where those become too many all buckets become wider. So a line with a
// time of 1970 costs a stretch, and not the resolution of all others.
// SPDX-License-Identifier: Apache-2.0

/// Counts by time. Not thread-safe.
struct TimeCourse {
  /// What came in one bucket of time.
  struct Bucket {
    var lines: UInt64 = 0
    var requests: UInt64 = 0
    /// Of them those with a status of 5xx.
    var errors: UInt64 = 0
    /// The longest duration in seconds; negative when no request had one.
    var slowest = -1.0

    /// Adds what came in another.
    mutating func add(_ other: Bucket) {
      lines &+= other.lines
      requests &+= other.requests
      errors &+= other.errors
      slowest = max(slowest, other.slowest)
    }
  }

  /// Seconds, each a multiple of the one before; the last ones hold all times that there are.
  static let widths: [UInt64] = [1, 10, 60, 600, 3_600, 86_400, 864_000, 8_640_000]

  /// Seconds of a bucket.
  var width: UInt64 { Self.widths[step] }

  private let limit: Int
  private var step = 0
  /// The place of each page's first bucket.
  private var places: [UInt64: Int] = [:]
  private var buckets: [Bucket] = []
  private var lastPage = UInt64.max
  private var lastPlace = 0

  /// Nothing yet; at most `limit` stretches before the buckets become wider.
  init(limit: Int = Limits.replayPages) { self.limit = limit }

  /// Counts a line of `time`, in nanoseconds since 1970; one without a status is no request, or counts already.
  @inline(__always) mutating func add(_ time: UInt64, status: UInt16?, seconds: Double?) {
    let second = time / 1_000_000_000
    let bucket = step == 0 ? second : second / width
    let page = bucket >> 6
    if page != lastPage { turn(to: page, second) }
    let place = lastPlace &+ Int(truncatingIfNeeded: (step == 0 ? second : second / width) & 63)
    buckets[place].lines &+= 1
    if let status {
      buckets[place].requests &+= 1
      if status >= 500 { buckets[place].errors &+= 1 }
    }
    if let seconds, seconds > buckets[place].slowest { buckets[place].slowest = seconds }
  }

  @inline(never) private mutating func turn(to page: UInt64, _ second: UInt64) {
    var page = page
    while places[page] == nil, places.count >= limit, step + 1 < Self.widths.count {
      widen()
      page = (second / width) >> 6
    }
    lastPage = page
    lastPlace = self.place(of: page)
  }

  private mutating func place(of page: UInt64) -> Int {
    if let known = places[page] { return known }
    let place = buckets.count
    places[page] = place
    buckets.append(contentsOf: repeatElement(Bucket(), count: Limits.replayPageBuckets))
    return place
  }

  private mutating func widen() {
    let old = all
    step += 1
    places.removeAll()
    buckets.removeAll()
    for (start, bucket) in old {
      let number = start / width
      buckets[place(of: number >> 6) + Int(truncatingIfNeeded: number & 63)].add(bucket)
    }
  }

  /// The buckets in which something was logged, in order, with the second that each begins at.
  var all: [(start: UInt64, bucket: Bucket)] {
    var found: [(start: UInt64, bucket: Bucket)] = []
    for (page, place) in places.sorted(by: { $0.key < $1.key }) {
      for offset in 0..<Limits.replayPageBuckets where buckets[place + offset].lines > 0 {
        found.append(((page << 6 + UInt64(offset)) * width, buckets[place + offset]))
      }
    }
    return found
  }

  /// The course in at most `columns` parts, which are two or more, of equal length, from the first bucket to the last; a part in which nothing
  /// was logged is empty. `seconds` is the length of a part, a multiple of the buckets'.
  func parts(_ columns: Int) -> (seconds: UInt64, start: UInt64, parts: [Bucket]) {
    let all = all
    guard let first = all.first?.start, let last = all.last?.start, columns > 1 else { return (width, 0, []) }
    var seconds = width
    for step in Self.steps where (last / seconds - first / seconds) >= UInt64(columns) { seconds = step * width }
    while last / seconds - first / seconds >= UInt64(columns) { seconds *= 2 }
    let start = first / seconds * seconds
    var parts = [Bucket](repeating: Bucket(), count: Int((last - start) / seconds) + 1)
    for (at, bucket) in all { parts[Int((at - start) / seconds)].add(bucket) }
    return (seconds, start, parts)
  }

  /// Numbers of buckets that people reckon in.
  private static let steps: [UInt64] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 21_600]
}
