// The reader of value files: hostile bytes first, then prometheus_client's own files, then workers that die.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import VitalsMetrics

@Suite("Value files")
struct ValueFilesTests {
  private static let counter = #"["a", "a_total", {}, "h"]"#
  private static let other = #"["b", "b_total", {"x": "y"}, "h"]"#
  private static let good = ValueFileRoom.file([(counter, 1)])

  private static func torn(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes = ValueFileRoom.file([(counter, 1), (other, 2)])
    change(&bytes)
    return bytes
  }

  @Test(
    "A file of any bytes gives what is whole in it, and a reason for the rest",
    arguments: [
      ("empty", [], [], [:]),
      ("three bytes", [8, 0, 0], [], [:]),
      ("nothing used", ValueFileRoom.file([(counter, 1)], used: 0), [], [:]),
      ("used is negative", ValueFileRoom.file([(counter, 1)], used: -1), [], ["torn": 1]),
      ("used past the end", ValueFileRoom.file([(counter, 1)], used: 4_000, tail: 0), ["a_total 1"], ["torn": 1]),
      ("used past the limit", ValueFileRoom.file([(counter, 1)], used: .max), [], ["limit": 1]),
      ("used ends in an entry", ValueFileRoom.file([(counter, 1)], used: 40), [], ["torn": 1]),
      ("a length past the end", torn { $0[8] = 0xff }, [], ["torn": 1]),
      ("a negative length", torn { $0[11] = 0xff }, [], ["torn": 1]),
      ("a length into the next entry", torn { $0[8] += 16 }, [], ["key": 1, "torn": 1]),
      ("a second entry cut off", Array(torn { _ in }.prefix(100)), ["a_total 1"], ["torn": 1]),
      ("twice the same key", ValueFileRoom.file([(counter, 1), (counter, 5)]), ["a_total 1"], ["duplicate": 1]),
      ("NaN", ValueFileRoom.file([(counter, .nan), (other, 2)]), [#"b_total{x="y"} 2"#], ["value": 1]),
      ("negative", ValueFileRoom.file([(counter, -1)]), [], ["value": 1]),
      ("infinite", ValueFileRoom.file([(counter, .infinity)]), [], ["value": 1]),
      ("no JSON", ValueFileRoom.file([("x", 1), (other, 2)]), [#"b_total{x="y"} 2"#], ["key": 1]),
      ("an empty key", ValueFileRoom.file([("", 1)]), [], ["key": 1]),
      ("a name of blanks", ValueFileRoom.file([(#"["a b", "a b_total", {}, ""]"#, 1)]), [], ["key": 1]),
      ("a label of Prometheus", ValueFileRoom.file([(#"["a", "a_total", {"__x": "1"}, ""]"#, 1)]), [], ["key": 1]),
      ("another metric's sample", ValueFileRoom.file([(#"["a", "b_total", {}, ""]"#, 1)]), [], ["key": 1]),
    ] as [(String, [UInt8], [String], [String: Int])])
  func hostile(_ what: String, _ bytes: [UInt8], _ lines: [String], _ skipped: [String: Int]) throws {
    let room = try ValueFileRoom()
    try room.put("counter_1.db", bytes)
    let files = ValueFiles(directory: room.path)
    #expect(room.lines(files) == lines, "\(what)")
    #expect(room.skipped(files) == skipped, "\(what)")
  }

  @Test(
    "Keys are read strictly",
    arguments: [
      (#"["a","a",{},""]"#, true), (#" [ "a" , "a" , { "x" : "1" , "y" : "2" } , "h" ] "#, true), ("", false),
      (#"["a", "a", {}, "h"] x"#, false), (#"["a", "a", {}]"#, false), (#"["a", "a", {"x": 1}, "h"]"#, false),
      (#"["a", "a", {"x": "1", "x": "2"}, "h"]"#, false), (#"["a", "a", {"x": "1",}, "h"]"#, false),
      (#"["a", "a", {}, "\ud83d\ude00\u00fc\n"]"#, true), (#"["a", "a", {}, "\ud83d"]"#, false),
      (#"["a", "a", {}, "\ude00"]"#, false), (#"["a", "a", {}, "\q"]"#, false), ("[\"a\", \"a\", {}, \"\n\"]", false),
      (#"["a", "a", {}, "\u00"]"#, false), (#"["a"#, false), (#"{"a": "b"}"#, false),
    ])
  func keys(_ text: String, _ isKey: Bool) {
    #expect((ValueKeyParser.parse(Array(text.utf8)[...]) != nil) == isKey)
  }

  @Test("A key's text is Python's, and reads back")
  func keyText() {
    let key = ValueKey(
      metric: "a", sample: "a_total", labels: [("b", "ü😀\u{7f}"), ("a", "\"\\\n")], help: "\u{1}/")
    let text = ValueKeyText.bytes(key)
    let expected =
      #"["a", "a_total", {"a": "\"\\\n", "b": "\u00fc\ud83d\ude00\u007f"}, "\u0001/"]"#
    #expect(String(decoding: text, as: UTF8.self) == expected)
    #expect(ValueKeyParser.parse(text[...])?.labels.map(\.value) == ["\"\\\n", "ü😀\u{7f}"])
    #expect(ValueKeyParser.parse([0x5b, 0x22, 0xff, 0x22, 0x5d]) == nil)
  }

  @Test("Links, pipes, directories and other names are passed over")
  func otherFiles() throws {
    let room = try ValueFileRoom()
    try room.put("counter_1.db", Self.good)
    try room.put("real", Self.good)
    unsafe _ = symlink(room.path + "/real", room.path + "/counter_2.db")
    unsafe _ = mkfifo(room.path + "/counter_3.db", 0o600)
    unsafe _ = mkdir(room.path + "/counter_4.db", 0o700)
    for name in ["a.db", "gauge_1.db", "gauge_sideways_1.db", "counter_.db", "other_1.db"] {
      try room.put(name, Self.good)
    }
    let files = ValueFiles(directory: room.path)
    #expect(room.lines(files) == ["a_total 1"])
    #expect(room.skipped(files) == ["name": 5, "type": 3])
    #expect(room.skipped(ValueFiles(directory: room.path + "/nowhere")) == ["unreadable": 1])
  }

  @Test("Files whose bytes changed at random never harm, and an untouched file beside them counts", arguments: 0..<40)
  func random(_ round: Int) throws {
    let room = try ValueFileRoom()
    try room.put("counter_1.db", Self.good)
    let files = ValueFiles(directory: room.path)
    for name in ["histogram_3000001.db", "counter_3000001.db", "gauge_mostrecent_3000001.db"] {
      let base = [UInt8](try Data(contentsOf: Self.fixtures.appendingPathComponent(name)))
      for _ in 0..<25 {
        var bytes = base
        for _ in 0..<Int.random(in: 1...6) {
          bytes[Int.random(in: bytes.indices)] = UInt8.random(in: 0...255)
        }
        if Bool.random() { bytes.removeLast(Int.random(in: 0..<bytes.count)) }
        try room.put(name, bytes)
        #expect(room.lines(files).contains("a_total 1"))
      }
    }
  }

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/ValueFiles")

  @Test("prometheus_client's files give what its own collector gives")
  func golden() throws {
    let room = try ValueFileRoom()
    let text = try String(contentsOf: Self.fixtures.appendingPathComponent("expected.txt"), encoding: .utf8)
    func parts(_ line: String) -> String {
      let at = line.lastIndex(of: " ") ?? line.startIndex
      let labels = line[..<at].split(separator: "{").last?.dropLast().split(separator: ",").sorted() ?? []
      return "\(line[..<at].prefix { $0 != "{" }) \(labels) \(Double(line[at...].dropFirst()) ?? .nan)"
    }
    let found = room.lines(ValueFiles(directory: Self.fixtures.path, liveness: .unknown))
    #expect(Set(found.map(parts)) == Set(text.split(separator: "\n").map { parts(String($0)) }))
    #expect(found.count == text.split(separator: "\n").count)
  }

  /// A process id that no process has.
  private static let gone = 4_000_001

  @Test("A dead worker's counters stay, and its live gauges go")
  func dead() throws {
    let room = try ValueFileRoom()
    let own = getpid()
    try room.put("counter_\(own).db", Self.good)
    try room.put("counter_\(Self.gone).db", ValueFileRoom.file([(Self.counter, 41)]))
    for mode in GaugeMode.allCases {
      let key = Array("[\"g_\(mode)\", \"g_\(mode)\", {}, \"\"]".utf8)
      let entry = ValueFileRoom.entry(key, 7, time: 1)
      try room.put(
        "gauge_\(mode)_\(Self.gone).db", ValueFileRoom.number(Int32(entry.count + 8)) + [0, 0, 0, 0] + entry)
    }
    let files = ValueFiles(directory: room.path, liveness: .processIDs)
    let expected = [
      "a_total 42", "g_all{pid=\"\(Self.gone)\"} 7", "g_max 7", "g_min 7", "g_mostrecent 7", "g_sum 7",
    ]
    // This process does not hold its file open: it is another one's, of the same id.
    #expect(room.lines(files) == expected)
    // Nothing proves whose ids these are.
    #expect(room.lines(ValueFiles(directory: room.path)).count == 11)
  }

  @Test("What is proven to be ours is judged")
  func proven() throws {
    let room = try ValueFileRoom()
    try room.put("counter_\(getpid()).db", Self.good)
    let live = #"["g", "g", {}, ""]"#
    try room.put("gauge_livesum_\(Self.gone).db", ValueFileRoom.file([(live, 7)]))
    let files = ValueFiles(directory: room.path)
    #expect(room.lines(files) == ["a_total 1", "g 7"])
    let held = unsafe open("\(room.path)/counter_\(getpid()).db", O_RDONLY)
    defer { close(held) }
    #if os(Linux)
      #expect(room.lines(files) == ["a_total 1"])
    #endif
  }

  @Test("An ended worker's file is read again when it changes, and goes when it is removed")
  func changes() throws {
    let room = try ValueFileRoom()
    try room.put("counter_1_\(Self.gone).db", Self.good)
    try room.put("counter_\(Self.gone).db", Self.good)
    let files = ValueFiles(directory: room.path, liveness: .processIDs)
    #expect(room.lines(files) == ["a_total 2"])
    try room.put("counter_\(Self.gone).db", ValueFileRoom.file([(Self.counter, 5), (Self.other, 3)]))
    #expect(room.lines(files) == ["a_total 6", #"b_total{x="y"} 3"#])
    try room.remove("counter_\(Self.gone).db")
    #expect(room.lines(files) == ["a_total 1"])
  }

  @Test("A file that cannot be read for once keeps its part")
  func keeps() throws {
    let room = try ValueFileRoom()
    try room.put("counter_1.db", ValueFileRoom.file([(Self.counter, 41), (Self.other, 3)]))
    let files = ValueFiles(directory: room.path)
    #expect(room.lines(files) == ["a_total 41", #"b_total{x="y"} 3"#])
    try room.put("counter_1.db", ValueFileRoom.file([(Self.counter, 41), (Self.other, .nan)], used: -8))
    #expect(room.lines(files) == ["a_total 41", #"b_total{x="y"} 3"#])
    try room.put("counter_1.db", ValueFileRoom.file([(Self.counter, 42), (Self.other, .nan)]))
    #expect(room.lines(files) == ["a_total 42", #"b_total{x="y"} 3"#])
  }

  @Test("Sums do not depend on who died when")
  func order() throws {
    let room = try ValueFileRoom()
    for place in 0..<300 {
      let value = 0.1 + Double(place) * 1.7e-7
      try room.put("counter_\(4_000_000 + place).db", ValueFileRoom.file([(Self.counter, value)]))
    }
    let running = ValueFiles(directory: room.path, liveness: .unknown)
    let ended = ValueFiles(directory: room.path, liveness: .processIDs)
    #expect(room.lines(running) == room.lines(ended))
    #expect(room.lines(running).count == 1)
  }
}
