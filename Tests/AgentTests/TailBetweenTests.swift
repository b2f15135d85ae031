import Foundation
import Testing

@testable import VitalsAgent

/// What happens to a log between two looks of a running tail, more than once.
@Suite("Rotations between two looks") struct TailBetweenTests {
  private let log: LogFolder

  init() throws {
    log = try LogFolder()
    try log.append("first\n")
    log.poll()
    log.all = TailBatch()
  }

  @Test(
    "What is no rotated file of the log is not read, though it appeared since",
    arguments: ["app.log.err", "app.log.bak", "other.log.1", "app-2.log", "application.log", "app.log.1.gz"])
  func others(name: String) throws {
    try log.append("not ours\n", to: name)
    try log.move("app.log", "app.log.1")
    try log.append("second\n")
    #expect(log.poll() == "second\n")
    #expect(log.all.rotations == 1)
  }

  @Test("A copy of the log is not read, one that begins alike is")
  func copies() throws {
    let head = (0..<200).map { "banner \($0)\n" }.joined()
    try log.append(head)
    #expect(log.poll() == head)
    try log.copy("app.log", "app.log.5")
    try log.append("third\n")
    try log.copy("app.log", "app.log.6")
    try log.move("app.log", "app.log.1")
    try log.append("first\n" + head + "fourth\n")
    try log.move("app.log", "app.log.2")
    try log.append("fifth\n")
    #expect(log.poll() == "third\n" + "first\n" + head + "fourth\n" + "fifth\n")
  }

  @Test(
    "A search during which names change is made anew, and counts once; it ends where they never rest",
    arguments: [1, 100])
  func moving(changes: Int) throws {
    let log = try LogFolder(keepsPlace: true)
    try log.append("first\n")
    log.poll()
    let saved = try #require(log.position)
    try log.append("second\n", to: "app.log.100")
    try log.move("app.log", "app.log.200")
    try log.append("third\n")
    var batch = TailBatch()
    var turns = 0
    let search = try TailSearch.repeated(&batch) { trial throws(SystemError) in
      var search = try TailSearch(log.path, saved)
      // The names that were listed mean nothing any more.
      if turns < changes { try? log.move("app.log.\(100 + turns)", "app.log.\(101 + turns)") }
      turns += 1
      search.run(&trial, log.now)
      return search
    }
    #expect(turns == min(changes + 1, Limits.tailSearches))
    #expect(batch.rotations == (changes == 1 ? 1 : 0))
    #expect(search.files.count == (changes == 1 ? 2 : 1))
  }

  @Test("What was there before the log was, and was rotated then, is not read")
  func older() throws {
    let log = try LogFolder(fromStart: false)
    try log.append("old\n", to: "app.log.1")
    try Self.pass()
    try log.append("")
    log.poll()
    try log.append("older\n", to: "app.log.1")
    try log.move("app.log", "app.log.2")
    try log.append("new\n")
    #expect(log.poll() == "new\n")
  }

  @Test(
    "Each file is read once, oldest first, behind the rest of the one that was read",
    arguments: [("app.log.", 1), ("app.log-202611", 2), ("app-202611", 20), ("app.log.", 20), ("app.log.", 70)])
  func storm(prefix: String, count: Int) throws {
    let held = try log.writer()
    try log.append("rest\n")
    let suffix = prefix.hasPrefix("app-") ? ".log" : ""
    for number in 10..<(10 + count) {
      try log.move("app.log", prefix + "\(number)" + suffix)
      try log.append("line of \(number)\n")
      if number % 16 == 0 { try Self.pass() }
    }
    #expect(log.poll(budget: 64) == "rest\n" + (10..<(10 + count)).map { "line of \($0)\n" }.joined())
    #expect(log.all.rotations == UInt64(count) && log.all.lostBytes == 0)
    try held.write(contentsOf: Data("late\n".utf8))
    #expect(log.poll() == "late\n")
    try log.move("app.log", "app.log.9")
    try log.append("last\n")
    #expect(log.poll() == "last\n")
  }

  @Test(
    "A copy, a cut and rotations while the clock of files stands still", arguments: [false, true], [1, 9])
  func still(cutIsSeen: Bool, lines: Int) throws {
    for _ in 0..<10 {
      let log = try LogFolder()
      let text = (0..<lines).map { "line \($0) of old ones\n" }.joined()
      try log.append(text)
      log.poll()
      try Self.pass()
      try log.copy("app.log", "app.log.9")
      try log.truncate()
      try log.append("a\n")
      if cutIsSeen { #expect(log.poll() == "a\n") }
      for number in 1...2 {
        try log.move("app.log", "app.log.\(number)")
        try log.append("of \(number)\n")
      }
      #expect(log.poll() == (cutIsSeen ? "" : "a\n") + "of 1\nof 2\n")
    }
  }

  @Test("The first bytes of a line make a file nobody's copy")
  func halfLine() throws {
    try log.move("app.log", "app.log.1")
    for number in 2...4 {
      try log.append("line of \(number)\n")
      try log.move("app.log", "app.log.\(number)")
    }
    try log.append("line o")
    #expect(log.poll() == "line of 2\nline of 3\nline of 4\n")
    try log.append("f 5\n")
    #expect(log.poll() == "line of 5\n")
  }

  @Test("Of more files than are read at once none is passed over, though the first of them was written to last")
  func lateWriters() throws {
    try log.move("app.log", "app.log.1")
    let numbers = 10..<(12 + Limits.tailUnseen)
    for number in numbers {
      try log.append("line of \(number)\n")
      try log.move("app.log", "app.log.\(number)")
      try Self.pass()
    }
    try log.append("late\n", to: "app.log.10")
    try log.append("last\n")
    #expect(log.poll() == "line of 10\nlate\n" + numbers.dropFirst().map { "line of \($0)\n" }.joined() + "last\n")
  }

  @Test("While the agent was stopped, an older file was written to long after one came and went")
  func stopped() throws {
    let held = try log.writer()
    func date(_ name: String, _ seconds: Double) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: seconds)], ofItemAtPath: log.path(name))
    }
    try date("app.log", -60)
    log.poll()
    try log.move("app.log", "app.log.1")
    try log.append("second\n")
    try log.move("app.log", "app.log.2")
    try date("app.log.2", -30)
    try log.append("third\n")
    try held.write(contentsOf: Data("late\n".utf8))
    #expect(log.poll() == "late\nsecond\nthird\n")
  }

  @Test("A copy of a file that was written on, deleted and let go does not count", arguments: [false, true])
  func copyOfDeleted(isAlone: Bool) throws {
    if !isAlone {
      try log.move("app.log", "app.log.9")
      try Self.pass()
    }
    try log.append("second of them\n" + String(repeating: "third, ", count: 9) + "\n")
    log.poll()
    try Self.pass()
    try log.copy("app.log", "app.log.1")
    try Self.pass()
    try log.append("fourth\n")
    #expect(log.poll() == "fourth\n")
    try log.delete()
    for _ in 0..<3 { log.poll() }
    #expect(log.tail.openFiles == (isAlone ? 0 : 1))
    try log.append("new\n")
    #expect(log.poll() == "new\n")
  }

  @Test("The path may be without a file for a while")
  func gap() throws {
    try log.move("app.log", "app.log.3")
    try log.append("second\n")
    try log.move("app.log", "app.log.2")
    #expect(log.poll() == "")
    for _ in 0..<3 { log.poll(after: 400) }
    try log.append("third\n")
    try log.move("app.log", "app.log.1")
    try log.append("fourth\n")
    #expect(log.poll() == "second\nthird\nfourth\n")
  }

  @Test("A file of a day in between, when the path is a link that is turned")
  func links() throws {
    let log = try LogFolder()
    func turn(to name: String) throws {
      try log.append("of \(name)\n", to: name)
      try? log.delete()
      try FileManager.default.createSymbolicLink(atPath: log.path, withDestinationPath: log.path(name))
    }
    try turn(to: "app-20261121.log")
    log.poll()
    try turn(to: "app-20261122.log")
    try turn(to: "app-20261123.log")
    #expect(log.poll() == "of app-20261122.log\nof app-20261123.log\n")
  }

  /// The kernel's clock for files moves every few milliseconds.
  static func pass() throws {
    let clock = SystemClock()
    let start = clock.now()
    while clock.now().seconds(since: start) < 0.012 {}
  }
}
