import Foundation
import Testing

@testable import VitalsAgent

/// Lines of containers inside of those of their runtimes.
@Suite("Lines inside of lines") struct LineUnwrapperTests {
  private static let time = "2026-11-21T12:00:00.000000001Z"
  private static let nanoseconds: UInt64 = 1_795_262_400_000_000_001

  private static func docker(_ text: String, _ stream: String = "stdout", _ more: String = "") -> String {
    #"{"log":"\#(text)","stream":"\#(stream)"\#(more),"time":"\#(time)"}"#
  }

  /// What comes out of lines that are read in one go.
  private static func read(_ lines: [String], by unwrapper: inout LineUnwrapper) -> TailBatch {
    var batch = TailBatch(lines: Array(lines.map { $0 + "\n" }.joined().utf8))
    unwrapper.unwrap(&batch)
    return batch
  }

  private static func read(_ lines: [String]) -> String {
    var unwrapper = LineUnwrapper()
    return String(decoding: read(lines, by: &unwrapper).lines, as: UTF8.self)
  }

  @Test(
    "What is not exactly as a runtime writes it stays what it is",
    arguments: [
      "", "{", #"{"log":""#, #"{"log":"a\n"}"#, #"{"log":"a\n","stream":"stdin","time":"\#(time)"}"#,
      #"{"log":"a\n","stream":"stdout","time":"\#(time)"#, #"{"log":"a\n","stream":"stdout","time":""#,
      #"{"log":"a\q","stream":"stdout","time":"\#(time)"}"#, #"{"log":"a\u12","stream":"stdout","time":"\#(time)"}"#,
      #"{"log":"a\"#, #"{"log":7,"stream":"stdout","time":"\#(time)"}"#,
      #"{"log":"a\n","stream":"stdout","when":"\#(time)"}"#, "\(time)", "\(time) ", "\(time) stdout", "\(time) stdout ",
      "\(time) stdin F a", "\(time) stdout X a", "\(time) stdout Fa", "2026-11-21 12:00:00 stdout F a",
      "\(time) INFO F a", "12345678901234567890123456789",
      "{\"log\":\"a\u{1}\",\"stream\":\"stdout\",\"time\":\"\(time)\"}",
    ])
  func others(line: String) {
    #expect(Self.read([line]) == line + "\n")
    // In the midst of others it is no reason to read those otherwise.
    #expect(Self.read(["\(Self.time) stderr F x", line, "\(Self.time) stderr F y"]) == "x\n" + line + "\ny\n")
  }

  @Test(
    "The container's line comes out as it was written",
    arguments: [
      (docker(#"a\n"#), "a\n"), (docker(#"\n"#), "\n"), (docker(#"a\r\n"#, "stderr"), "a\r\n"),
      (docker(#"{\"a\":\"\\\"\\\\\"}\n"#), #"{"a":"\"\\"}"# + "\n"),
      (docker(#"\u003cé\u00e9\ud83d\ude00\u0009\t\/\b\f\u2028\n"#), "<éé😀\t\t/\u{8}\u{c}\u{2028}\n"),
      (docker(#"lone \ud83d half\n"#), "lone \u{FFFD} half\n"),
      (docker(#"a\n"#, "stdout", #","attrs":{"tag":"x","b":"\",\"time\":\""}"#), "a\n"),
      ("\(time) stdout F a b", "a b\n"), ("\(time) stderr F ", "\n"), ("\(time) stdout F", "\n"),
      ("2026-11-21T12:00:00.5+01:00 stdout F:x:y a", "a\n"), ("2026-11-21T12:00:00Z stdout F  a", " a\n"),
    ])
  func lines(line: String, wanted: String) {
    #expect(Self.read([line]) == wanted)
  }

  @Test("Parts become one line, by their stream, across reads", arguments: LogWrapper.allCases)
  func parts(wrapper: LogWrapper) {
    func line(_ text: String, _ stream: String, isEnd: Bool) -> String {
      switch wrapper {
      case .docker: Self.docker(text + (isEnd ? #"\n"# : ""), stream)
      case .cri: "\(Self.time) \(stream) \(isEnd ? "F" : "P") \(text)"
      }
    }
    var unwrapper = LineUnwrapper()
    let first = Self.read(
      [line("a", "stdout", isEnd: false), line("x", "stderr", isEnd: false)], by: &unwrapper)
    #expect(first.lines == [])
    let second = Self.read(
      [line("y", "stderr", isEnd: true), line("b", "stdout", isEnd: false), line("other", "stderr", isEnd: true)],
      by: &unwrapper)
    #expect(String(decoding: second.lines, as: UTF8.self) == "xy\nother\n")
    let third = Self.read([line("c", "stdout", isEnd: true), line("d", "stdout", isEnd: true)], by: &unwrapper)
    #expect(String(decoding: third.lines, as: UTF8.self) == "abc\nd\n")
    #expect(third.longLines == 0)
  }

  @Test("A line in parts that is longer than the limit is passed over, and the next one is read")
  func long() {
    var unwrapper = LineUnwrapper()
    let part = "\(Self.time) stdout P " + String(repeating: "x", count: 16_384)
    var longLines: UInt64 = 0
    for _ in 0..<Limits.lineBytes / 16_384 + 4 { longLines += Self.read([part], by: &unwrapper).longLines }
    let last = Self.read(["\(Self.time) stdout F end", "\(Self.time) stdout F next"], by: &unwrapper)
    #expect(longLines + last.longLines == 1 && last.lines == Array("next\n".utf8))
  }

  @Test("A line without a time has the runtime's, of its first part")
  func times() throws {
    var unwrapper = LineUnwrapper()
    let later = "2026-11-21T12:00:05Z"
    let batch = Self.read(
      [
        "\(Self.time) stdout P a", "\(later) stdout F b", "\(later) stdout F 2026-11-21 13:00:00 INFO c",
        "no wrapper", "\(later) stdout F d",
      ], by: &unwrapper)
    let clock = try #require(batch.clock)
    #expect(clock.time(at: 0) == Self.nanoseconds && clock.time(at: 2) == Self.nanoseconds)
    #expect(clock.time(at: 3) == Self.nanoseconds + 4_999_999_999)
    let times = LineTimes()
    let second: UInt64 = 1_000_000_000
    let stop = times.stop(
      batch.lines.span, from: 0, after: Self.nanoseconds + 10 * second, latest: .max, clock: batch.clock)
    #expect(stop.place == 3 && stop.time == 1_795_266_000_000_000_000)
  }

  @Test("Errors of lines without a time are shown with the runtime's")
  func errors() {
    var unwrapper = LineUnwrapper()
    let batch = Self.read(
      ["\(Self.time) stdout F ERROR no", "\(Self.time) stderr F {\"level\":\"error\"}"], by: &unwrapper)
    var errors: [RecentError] = []
    let reader = LogReader(ServiceCounts(service: "api"))
    reader.read(batch.lines.span, at: Moment(boot: 0, real: 7), clock: batch.clock, errors: &errors)
    #expect(errors.map(\.real) == [Self.nanoseconds, Self.nanoseconds])
  }

  @Test("The tail of a rotated container's log joins the parts of a line that the rotation cut")
  func rotated() throws {
    let log = try LogFolder()
    let owner = TailOwner(path: log.path, fromStart: true, keepsPlace: false)
    try log.append("\(Self.time) stdout P {\"a\":\n")
    guard case .batch(let first, let number) = owner.poll(seen: 0, budget: 1 << 20, at: log.now) else { return }
    try log.move("app.log", "app.log.20261121-120000")
    try log.append("\(Self.time) stdout F 1}\n")
    guard case .batch(let second, _) = owner.poll(seen: number, budget: 1 << 20, at: log.now) else { return }
    #expect(first.lines == [] && second.lines == Array("{\"a\":1}\n".utf8))
  }

  @Test("The check says what stands around the lines")
  func check() {
    var check = LogCheck()
    let cri = "\(Self.time) stdout P {\"level\":\n\(Self.time) stdout F \"info\"}\n"
    check.read(Array((cri + Self.docker(#"{\n"#) + "\nINFO: bare\n").utf8))
    let text = LogCheckReport(path: "a.log", check: check).text
    #expect(
      text.split(separator: "\n").prefix(3) == [
        "a.log: 3 lines, 0 requests", "  inside of 1 line of Docker's json-file:", "  inside of 2 lines of CRI:",
      ])
    #expect(text.contains("a.log:3: "))
  }
}
