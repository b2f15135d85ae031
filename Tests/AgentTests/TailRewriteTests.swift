import Foundation
import Testing

@testable import VitalsAgent

/// What may happen to a file in its place: cut back, written anew, allocated beforehand.
@Suite("A log that is changed in place") struct TailRewriteTests {
  private static func lines(_ range: Range<Int>) -> String { range.map { "line \($0)\n" }.joined() }

  @Test(
    "A file that is cut back goes on there, and nothing counts twice",
    arguments: [
      // What is there, what remains of it, how many lines were torn.
      ("1\n2\nhalf", 4, 0), (lines(0..<10_000), lines(0..<10).utf8.count, 0),
      (lines(0..<10_000), lines(0..<9_999).utf8.count, 0), (String(repeating: "same\n", count: 1_000), 2_500, 0),
    ] as [(String, Int, UInt64)])
  func cutBack(old: String, size: Int, torn: UInt64) throws {
    for isSeen in [true, false] {
      for fromStart in [true, false] {
        let log = try LogFolder(fromStart: fromStart)
        try log.append(old)
        log.poll()
        try log.truncate(to: UInt64(size))
        if isSeen { #expect(log.poll() == "") }
        try log.append("3\n")
        #expect(log.poll() == "3\n", "from start: \(fromStart), seen: \(isSeen)")
        #expect(log.all.truncations == 1 && log.all.lostBytes == 0 && log.all.partialLines == torn)
      }
    }
  }

  @Test(
    "A cut that is seen before more is written goes on inside a line, too",
    arguments: [
      ("1\n2\nhalf", 6, "3\n", "ha3\n", 0), ("1\n2\nhalf", 3, "x\n3\n", "3\n", 1),
      (lines(0..<10_000), lines(0..<5_000).utf8.count, "3\n", "3\n", 0),
    ] as [(String, Int, String, String, UInt64)])
  func cutInside(old: String, size: Int, new: String, wanted: String, torn: UInt64) throws {
    let log = try LogFolder()
    try log.append(old)
    log.poll()
    try log.truncate(to: UInt64(size))
    #expect(log.poll() == "")
    try log.append(new)
    #expect(log.poll() == wanted)
    #expect(log.all.truncations == 1 && log.all.lostBytes == 0 && log.all.partialLines == torn)
  }

  @Test("Of a log whose lines are all alike, little that remains is new", arguments: [50, 1_000])
  func alike(size: Int) throws {
    let log = try LogFolder()
    try log.append(String(repeating: "same\n", count: 1_000))
    log.poll()
    try log.truncate(to: UInt64(size))
    #expect(log.poll() == String(repeating: "same\n", count: size / 5))
  }

  @Test("Half a line that is taken back again and again is said nothing of")
  func rollback() throws {
    let log = try LogFolder()
    try log.append("1\n2\n")
    log.poll()
    for _ in 0..<10 {
      try log.append("half")
      log.poll()
      try log.truncate(to: 4)
      log.poll()
    }
    try log.append("3\n")
    log.poll()
    #expect(String(decoding: log.all.lines, as: UTF8.self) == "1\n2\n3\n")
    #expect(log.all.truncations == 10 && log.all.partialLines == 0)
    #expect(log.all.events == [.opened(at: 0)])
  }

  @Test(
    "What is written anew is read anew, though the last bytes before the offset are the same", arguments: [100, 3_000])
  func equalTail(count: Int) throws {
    let log = try LogFolder()
    let same = String(repeating: "=", count: 100) + "\n"
    let old = Self.lines(0..<count) + same
    try log.append(old)
    #expect(log.poll() == old)
    let new = Self.lines(10..<count) + String(repeating: "x", count: 69) + "\n" + same + Self.lines(0..<50)
    try log.truncate()
    try log.append(new)
    #expect(log.poll() == new)
    #expect(log.all.truncations == 1)
  }

  @Test("A file that was let go and comes back, longer and with other contents, is read anew: nothing of it was missed")
  func comesBackRewritten() throws {
    let log = try LogFolder()
    try log.append("first\nsecond\n")
    log.poll()
    try log.move("app.log", "a")
    try log.append("third\n")
    for _ in 0..<4 { log.poll(after: 400) }
    #expect(log.tail.openFiles == 1)
    try log.truncate("a")
    try log.append(Self.lines(0..<9), to: "a")
    try log.move("app.log", "b")
    try log.move("a", "app.log")
    #expect(log.poll() == Self.lines(0..<9))
    #expect(log.all.truncations == 1 && log.all.lostBytes == 0)
  }

  @Test("Equal up to the head: the marks and the bytes before the offset still tell")
  func equalHead() throws {
    let log = try LogFolder()
    let old = Self.lines(0..<20_000)
    try log.append(old)
    #expect(log.poll() == old)
    try log.truncate()
    try log.append(Self.lines(0..<1_000) + Self.lines(0..<21_000))
    #expect(log.poll() == Self.lines(0..<1_000) + Self.lines(0..<21_000))
  }

  @Test(
    "Room that was allocated beforehand is waited at, holes and zeros alike", arguments: [false, true], [true, false])
  func allocated(isHole: Bool, fromStart: Bool) throws {
    let log = try LogFolder(fromStart: fromStart)
    let size = 3_000_000
    try log.append(isHole ? "" : String(repeating: "\0", count: size))
    try log.truncate(to: UInt64(size))
    log.poll()
    var offset = 0
    for number in 0..<50 {
      let text = Self.lines(number * 100..<number * 100 + 100)
      try log.write(text, at: UInt64(offset))
      offset += text.utf8.count
      #expect(log.poll() == text)
      #expect(log.all.lagBytes == 0)
    }
    try log.truncate(to: UInt64(offset))
    #expect(log.poll() == "")
    try log.append("end\n")
    #expect(log.poll() == "end\n")
    #expect(log.all.holeBytes == 0 && log.all.truncations == 0 && log.all.partialLines == 0)
  }

  @Test("A hole that ends the file costs nothing, and what follows it is read", arguments: [10, 1 << 20])
  func trailingHole(budget: Int) throws {
    let log = try LogFolder()
    try log.append("1\n")
    #expect(log.poll() == "1\n")
    try log.truncate(to: 1 << 40)
    #expect(log.poll(budget: budget) == "")
    for _ in 0..<5 {
      let batch = log.tail.poll(budget: budget, at: log.now)
      #expect(!batch.hasMore && batch.readBytes == 0 && batch.lagBytes == 0)
    }
    try log.write("middle\n", at: 1 << 30)
    #expect(log.poll(budget: budget) == "middle\n")
    try log.append("2\n")
    #expect(log.poll(budget: budget) == "2\n")
    #expect(log.all.holeBytes == (1 << 40) - 2 - 7)
    #expect(log.all.truncations == 0)
  }

  @Test("A file of the kernel without a length is refused once", arguments: ["/proc/uptime", "/proc/self/mem"])
  func kernelFiles(path: String) throws {
    var tail = Tail(path: path, fromStart: true)
    var now = Moment(boot: 0, real: 0)
    var events: [TailEvent] = []
    for _ in 0..<100 {
      now.boot += 500_000_000
      events += tail.poll(budget: 1_000, at: now).events
    }
    #expect(events.count == 1)
  }
}
