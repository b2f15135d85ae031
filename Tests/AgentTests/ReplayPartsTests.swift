import Testing

@testable import VitalsAgent

@Suite("Parts of a summary")
struct ReplayPartsTests {
  @Test(
    "A time that is none is none, whatever was remembered of the one before",
    arguments: [
      "", "x", "2026-11-21T03:00:00", "2026-11-21T03:00:00Z", "2026-11-21T03:00:00.5Z", "2026-11-21T03:00:00,123",
      "2026-11-21T03:00:00.123456789012Z", "2026-11-21T03:00:00.", "2026-11-21T03:00:00.5+01:00",
      "2026-11-21T03:00:00Q",
      "2026-11-21T03:00:00.5 +0100", "2026-13-21T03:00:00Z", "2026-11-21T25:00:00Z", "2026/11/21 03:00:00.25",
      "21/Nov/2026:03:00:00 +0000", "Sat, 21 Nov 2026 03:00:00 GMT", "1795271186.87", "1795271186870",
      "1970-01-01T00:00:00Z",
      "2026-11-21T03:00:01.000000+00:00", "2026-11-21T03:00:01.999999+00:00", "2026-11-21T03:00:01.999999+0000000",
    ])
  func clock(_ text: String) {
    let bytes = Array(text.utf8)
    let wanted = Timestamp.nanoseconds(bytes.span, 0..<bytes.count)
    for before in ["", "2026-11-21T03:00:00.25Z", "2026-11-21T03:00:00", "2026-11-21T03:00:01.5+00:00", text] {
      var clock = TimeMemory()
      let first = Array(before.utf8)
      _ = clock.time(first.span, 0..<first.count)
      #expect(clock.time(bytes.span, 0..<bytes.count) == wanted, "after '\(before)'")
    }
  }

  @Test("Quantiles are within the stated error of the exact ones; count, sum and maximum are exact", arguments: 0..<20)
  func sketch(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var (all, half, other) = (DurationSketch(), DurationSketch(), DurationSketch())
    #expect(all.quantile(0.5) == nil && all.longest == nil)
    let values = (0..<(1 + seed * 100)).map { place in
      let power = Int.random(in: -12...Int(seed % 8), using: &random)
      var value = Double.random(in: 1...10, using: &random)
      for _ in 0..<abs(power) { value = power < 0 ? value / 10 : value * 10 }
      return place % 50 == 49 ? 0 : min(value, Limits.logDurationSeconds)
    }
    for (place, value) in values.enumerated() {
      all.add(value)
      if place % 2 == 0 { half.add(value) } else { other.add(value) }
    }
    half.add(other)
    let sorted = values.sorted()
    #expect(all.count == UInt64(values.count) && all.longest == sorted.last)
    for rank in [0, 0.5, 0.9, 0.95, 0.99, 1] {
      let exact = sorted[max(0, Int((rank * Double(sorted.count)).rounded(.up)) - 1)]
      let found = all.quantile(rank) ?? -1
      #expect(abs(found - exact) <= DurationSketch.error * exact + 1e-9, "rank \(rank): \(found), exactly \(exact)")
      #expect(half.quantile(rank) == found)
    }
  }

  @Test("Buckets become wider when time is long, and no line is lost")
  func course() {
    for (limit, step) in [(1, 1), (2, 3), (3, 100), (100, 1), (4, 90_000)] as [(Int, UInt64)] {
      var course = TimeCourse(limit: limit)
      for place in 0..<1_000 as Range<UInt64> {
        course.add((1_795_000_000 + (place * 37) % 1_000 * step) * 1_000_000_000, status: 500, seconds: Double(place))
      }
      let all = course.all
      #expect(all.reduce(0) { $0 + $1.bucket.errors } == 1_000)
      #expect(all.map(\.start) == all.map(\.start).sorted() && all.allSatisfy { $0.start % course.width == 0 })
      #expect(all.map(\.bucket.slowest).max() == 999)
      #expect(Set(all.map { ($0.start / course.width) >> 6 }).count <= limit)
    }
  }

  @Test("A line of 1970 and one of the end of time cost a stretch each, and not the resolution of all others")
  func strayTimes() {
    var course = TimeCourse(limit: 4)
    for time in [0, UInt64.max, 1_795_000_000_000_000_000, 1_795_000_001_000_000_000] {
      course.add(time, status: nil, seconds: nil)
    }
    #expect(course.width == 1 && course.all.count == 4)
    for columns in [2, 3, 36, 200] {
      let parts = course.parts(columns)
      #expect(parts.parts.count <= columns && parts.parts.reduce(0) { $0 + $1.lines } == 4)
    }
  }

  @Test(
    "A course is shown in at most as many parts as there is room for",
    arguments: [(1, 80, 1, 1), (80, 80, 1, 80), (81, 80, 2, 41), (3_600, 60, 60, 60), (86_400, 100, 900, 96)])
  func parts(count: UInt64, columns: Int, seconds: UInt64, parts: Int) {
    var course = TimeCourse()
    for second in 0..<count { course.add(second * 1_000_000_000, status: 200, seconds: nil) }
    let found = course.parts(columns)
    #expect(found.seconds == seconds && found.parts.count == parts)
    #expect(found.parts.reduce(0) { $0 + $1.requests } == count)
  }

  /// Seconds in which `lines` lines were logged, and nothing in between.
  private static func course(_ seconds: [UInt64], lines: Int = 10) -> TimeCourse {
    var course = TimeCourse()
    for second in seconds {
      for _ in 0..<lines { course.add((1_000_000 + second) * 1_000_000_000, status: nil, seconds: nil) }
    }
    return course
  }

  @Test("What is regular or rare is no silence; what stops short is one")
  func gaps() {
    func gaps(_ seconds: [UInt64]) -> [String] {
      LogGap.all(Self.course(seconds)).map { "\($0.start - 1_000_000) \($0.seconds) \($0.expected)" }
    }
    #expect(gaps([]) == [])
    #expect(gaps([5]) == [])
    #expect(gaps(Array(0..<100)) == [])
    #expect(gaps(Array(0..<100) + Array(103..<200)) == [])
    #expect(gaps(Array(0..<100) + Array(104..<200)) == ["100 4 40"])
    // Few lines beside a silence say little.
    #expect(gaps([0, 1, 2, 10, 11, 12]) == [])
    #expect(gaps([0] + Array(1_000..<1_100)) == [])
    // What comes once a minute says nothing; what comes each six seconds, after some more of them.
    #expect(gaps((0..<20).map { $0 * 60 } + (40..<60).map { $0 * 60 }) == [])
    #expect(gaps((0..<20).map { $0 * 6 } + (30..<50).map { $0 * 6 }) == [])
    #expect(gaps((0..<20).map { $0 * 6 } + (40..<60).map { $0 * 6 }) == ["115 125 208"])
    // Where it was getting quieter, the quieter side counts.
    #expect(gaps(Array(0..<100) + [120, 140, 160, 180]) == [])
  }

  @Test("The slowest are kept, the earlier of equal ones first")
  func slowest() {
    var slow = SlowRequests(limit: 3)
    for (number, seconds) in [1.0, 5, 2, 5, 0, 3, 1].enumerated() where slow.wants(seconds) {
      slow.add(
        SlowRequest(
          seconds: seconds, status: 200, time: nil, file: 0, number: UInt64(number), range: 0..<0, isRecord: false))
    }
    #expect(slow.all.map(\.number) == [1, 3, 5])
    #expect(!slow.wants(3) && slow.wants(3.1))
  }

  @Test(
    "What an operand names",
    arguments: [
      ("", "", ""), ("=x", "", ""), ("api=", "", ""), ("app.log", "app", "app.log"),
      ("/a/app.log.1", "app", "/a/app.log.1"),
      ("app.log.2.gz", "app", "app.log.2.gz"), ("app-20261121.log.gz", "app", "app-20261121.log.gz"),
      ("app.log-20261121", "app", "app.log-20261121"), ("shop.api.json", "shop.api", "shop.api.json"),
      ("-", "stdin", "-"),
      ("api=-", "api", "-"), ("api=app.log.1", "api", "app.log.1"), ("/a=b/c.log", "c", "/a=b/c.log"), ("x", "x", "x"),
      ("20261121.log", "20261121", "20261121.log"), (".gz", "gz", ".gz"),
    ])
  func sources(text: String, service: String, path: String) {
    let source = ReplaySource.parse(text)
    #expect(source?.service ?? "" == service)
    #expect(source?.path ?? "" == path)
  }

  @Test(
    "Times that people type",
    arguments: [
      ("", nil), ("noon", nil), ("2026-11-31x", nil), ("2026-11-21", 1_795_219_200),
      ("2026-11-21T03:10", 1_795_230_600),
      ("2026-11-21 03:10:05", 1_795_230_605), ("2026-11-21T03:10:05+01:00", 1_795_227_005),
      ("1795230605", 1_795_230_605),
    ] as [(String, UInt64?)])
  func typed(text: String, seconds: UInt64?) {
    #expect(ReplayTime.parse(text) == seconds.map { $0 * 1_000_000_000 })
  }

  @Test("Progress is shown after a second and four times a second, and is taken away")
  func progress() {
    func at(_ seconds: Double) -> Moment { Moment(boot: UInt64(seconds * 1e9), real: 0) }
    var progress = ReplayProgress(total: 100 << 20, at: at(0))
    #expect(!progress.isDue(1 << 20) && progress.isDue(4 << 20) && !progress.isDue(5 << 20))
    #expect(progress.text(40 << 20, at: at(0.9)) == nil && progress.end == nil)
    #expect(
      progress.text(50 << 20, at: at(1))
        == "\r\u{1B}[K██████████·········· 50.0% of 100 MiB, 1s left, 50.0 MiB/s")
    #expect(progress.text(60 << 20, at: at(1.2)) == nil)
    #expect(progress.text(60 << 20, at: at(1.25)) != nil && progress.end == "\r\u{1B}[K")
    var pipe = ReplayProgress(total: nil, at: at(0))
    #expect(pipe.text(50 << 20, at: at(2)) == "\r\u{1B}[K50.0 MiB, 25.0 MiB/s")
  }

  @Test("JSON says what is known, and nothing that a terminal obeys")
  func json() {
    let node = JSONNode.object([
      ("a", .text("\"\\\n\u{1B}\u{202E}é\u{E000}")), ("none", nil),
      ("b", .list([.count(1), .number(.nan), .flag(true)])),
      ("empty", .list([])), ("c", .object([("d", nil), ("e", .number(0.1))])),
    ])
    let wanted = """
      {
        "a": "\\"\\\\\\n\\u001b\\u202eé\\ue000",
        "b": [
          1,
          null,
          true
        ],
        "empty": [],
        "c": {"e": 0.1}
      }

      """
    #expect(node.document == wanted)
  }
}
