import Foundation
import Testing

@testable import VitalsAgent

/// What may happen to a log between two lives of the agent.
@Suite("A log across a restart") struct TailRestartTests {
  private let log: LogFolder

  init() throws { log = try .betweenLives() }

  @Test("Reading goes on behind the last line that counted, and nothing counts twice")
  func goesOn() throws {
    try log.restart()
    #expect(log.poll() == "third\n")
    log.save()
    try log.restart()
    #expect(log.poll() == "")
    #expect(log.all.truncations == 0 && log.all.lostBytes == 0 && log.all.rotations == 0)
  }

  @Test("Half a line counts when it is whole, in whichever life that is")
  func half() throws {
    try log.append("half")
    #expect(log.poll() == "third\n")
    log.save()
    try log.restart()
    try log.append(" line\n")
    #expect(log.poll() == "half line\n")
  }

  @Test("A line that is too long is passed over across the restart")
  func long() throws {
    try log.append(String(repeating: "x", count: Limits.lineBytes * 2))
    #expect(log.poll() == "third\n")
    log.save()
    try log.restart()
    try log.append("xxx\nnext\n")
    #expect(log.poll() == "next\n")
  }

  @Test("What was renamed is read to its end, then its successors, oldest first", arguments: ["app.log.1", "old"])
  func renamed(name: String) throws {
    try log.move("app.log", name)
    try log.append("fourth\n")
    try log.restart()
    #expect(log.poll() == "third\nfourth\n")
    #expect(log.all.rotations == 1 && log.all.lostBytes == 0)
  }

  @Test("Files that came and went meanwhile are read by their names", arguments: [1, 5])
  func unseen(count: Int) throws {
    try log.move("app.log", "app.log.9")
    for number in 0..<count {
      try log.append("unseen \(number)\n")
      try log.append("other\n", to: "app.log.err")
      try log.move("app.log", "app.log-2026112\(number)")
    }
    try log.append("last\n")
    try log.restart()
    #expect(log.poll() == "third\n" + (0..<count).map { "unseen \($0)\n" }.joined() + "last\n")
  }

  @Test("A writer that kept the renamed file is heard")
  func keptWriter() throws {
    let writer = try log.writer()
    try log.move("app.log", "app.log.1")
    try log.append("fourth\n")
    try log.restart()
    log.poll()
    try writer.write(contentsOf: Data("late\n".utf8))
    #expect(log.poll() == "late\n")
  }

  @Test("The first bytes of a line make a file nobody's copy")
  func halfLine() throws {
    log.poll()
    log.save()
    try log.move("app.log", "app.log.1")
    try log.append("fourth line\n")
    try log.move("app.log", "app.log.2")
    try log.append("fo")
    try log.restart()
    #expect(log.poll() == "fourth line\n")
  }

  @Test("Cut to nothing and shorter now than anything that it could be known by, it is read anew")
  func shortAfterCut() throws {
    let log = try LogFolder(keepsPlace: true)
    let line = String(repeating: "x", count: 100)
    try log.append((0..<1_000).map { "\($0) \(line)\n" }.joined())
    log.poll()
    log.save()
    try log.truncate()
    try log.append("a\nb\n")
    try log.restart()
    #expect(log.poll() == "a\nb\n")
  }

  @Test("More files than are followed at once are all read, and none is given up")
  func many() throws {
    let numbers = 10..<(10 + Limits.tailUnseen)
    for generation in 0..<Limits.tailGenerations - 1 {
      log.poll()
      try log.move("app.log", "app.log.1\(generation)")
      try log.append("generation \(generation)\n")
    }
    log.poll()
    log.save()
    for number in numbers {
      try log.move("app.log", "app.log.9\(number)")
      try log.append("unseen \(number)\n")
    }
    try log.restart()
    #expect(log.poll() == numbers.map { "unseen \($0)\n" }.joined())
    #expect(log.all.lostBytes == 0)
  }

  @Test("Of more files than are read at once the last may be a copy of what was cut then", arguments: [false, true])
  func manyAndCopied(isAllCut: Bool) throws {
    let numbers = 10..<(12 + Limits.tailUnseen)
    if !isAllCut { try log.move("app.log", "app.log.1") }
    for number in numbers {
      try log.append("line of \(number)\n")
      if isAllCut || number == numbers.last {
        try log.copy("app.log", "app.log.\(number)")
        try log.truncate()
      } else {
        try log.move("app.log", "app.log.\(number)")
      }
      try TailBetweenTests.pass()
    }
    // An old writer is the last to write.
    if !isAllCut { try log.append("late\n", to: "app.log.10") }
    try log.append("last\n")
    try log.restart()
    let wanted = ["third", "last"] + (isAllCut ? [] : ["late"]) + numbers.map { "line of \($0)" }
    let found = log.poll().split(separator: "\n").map { String($0) }
    #expect(found.sorted() == wanted.sorted())
  }

  @Test(
    "Killed between two goes at more files than are read at once, the next life goes on with the rest",
    arguments: [false, true], [0, 1, 2])
  func killedBetween(isCut: Bool, goes: Int) throws {
    let numbers = 100..<(110 + 2 * Limits.tailUnseen)
    if !isCut { try log.move("app.log", "app.log.1") }
    for number in numbers {
      try log.append("line of \(number)\n")
      if isCut {
        try log.copy("app.log", "app.log.\(number)")
        try log.truncate()
      } else {
        try log.move("app.log", "app.log.\(number)")
      }
      try TailBetweenTests.pass()
    }
    // An old writer is the last to write.
    if !isCut { try log.append("late\n", to: "app.log.100") }
    try log.append("last\n")
    try log.restart()
    var found = ""
    for _ in 0..<goes {
      let start = log.all.lines.count
      log.keep(log.tail.poll(budget: 1 << 20, at: log.now))
      found += String(decoding: log.all.lines[start...], as: UTF8.self)
      log.save()
      try log.restart()
    }
    found += log.poll()
    let wanted = ["third", "last"] + (isCut ? [] : ["late"]) + numbers.map { "line of \($0)" }
    #expect(found.split(separator: "\n").map { String($0) }.sorted() == wanted.sorted())
    log.save()
    try log.restart()
    #expect(log.poll() == "")
  }

  @Test("A cut of a file of which nothing was read is known to the checkpoint")
  func cutAtStart() throws {
    let log = try LogFolder(keepsPlace: true)
    try log.append("")
    log.poll()
    let first = log.position
    try log.append("1\n")
    log.poll()
    try log.truncate()
    log.poll()
    let last = log.position
    #expect(first?.files.map(\.offset) == [0] && last?.files.map(\.offset) == [0])
    #expect(first?.files.map(\.place) != last?.files.map(\.place))
  }

  @Test("Bytes that were seen and are gone are lost; of those that were never seen nobody knows")
  func lost() throws {
    for isSeen in [false, true] {
      let log = try LogFolder(keepsPlace: true)
      try log.append("0123456789\n")
      log.poll()
      try log.append(String(repeating: "y", count: 99) + "\n")
      if isSeen {
        let batch = log.tail.poll(budget: 10, at: log.now)
        log.keep(batch)
      }
      log.save()
      try log.delete()
      try log.append("new\n")
      try log.restart()
      #expect(log.poll() == "new\n")
      #expect(log.all.lostBytes == (isSeen ? 90 : 0))
      #expect(log.all.partialLines == (isSeen ? 1 : 0))
    }
  }

  @Test("The rest is read from the compressed file, whatever its parts", arguments: [1, 2])
  func compressed(members: Int) throws {
    let more = (0..<50_000).map { "line \($0)\n" }.joined()
    if members == 1 { try log.append(more) }
    try log.move("app.log", "app.log.1")
    try log.compress("app.log.1")
    if members == 2 {
      try log.append(more, to: "more")
      try log.compress("more")
      let both =
        try Data(contentsOf: URL(fileURLWithPath: log.path("app.log.1.gz")))
        + Data(contentsOf: URL(fileURLWithPath: log.path("more.gz")))
      try both.write(to: URL(fileURLWithPath: log.path("app.log.1.gz")))
    }
    try log.append("new\n")
    try log.restart()
    #expect(log.poll(budget: 10_000) == "third\n" + more + "new\n")
    log.save()
    try log.restart()
    #expect(log.poll() == "")
  }

  @Test("Compressed files of other contents, damaged ones and what only is called so are left alone")
  func otherArchives() throws {
    try log.append("other\nlines of another log, as long as that one was, which is what counts or nothing\n", to: "x")
    try log.compress("x")
    try log.move("x.gz", "app.log.1.gz")
    try log.append("no gzip\n", to: "app.log.2.gz")
    try log.move("app.log", "app.log.3")
    try log.compress("app.log.3")
    let whole = try Data(contentsOf: URL(fileURLWithPath: log.path("app.log.3.gz")))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: log.path("app.log.3.gz")))
    try log.append("new\n")
    try log.restart()
    #expect(log.poll() == "new\n")
    #expect(log.all.events.contains(.vanished(lost: 0)))
  }

  @Test("A file that was cut back goes on there")
  func cutBack() throws {
    log.poll()
    log.save()
    let size = try FileStatus.of(log.path).size
    try log.truncate(to: UInt64(size - 6))
    try log.append("other\n")
    try log.restart()
    #expect(log.poll() == "other\n")
    #expect(log.all.truncations == 1)
  }

  @Test("Written anew in place, longer than before, it is read anew")
  func rewritten() throws {
    try log.truncate()
    let new = (0..<100).map { "new \($0)\n" }.joined()
    try log.append(new)
    try log.restart()
    #expect(log.poll() == new)
    #expect(log.all.truncations == 1)
  }

  @Test("A log that was waited for is read from its start when it came meanwhile")
  func late() throws {
    let log = try LogFolder(fromStart: false, keepsPlace: true)
    log.poll()
    log.save()
    try log.append("1\n")
    try log.restart()
    #expect(log.poll() == "1\n")
  }

  @Test("A log that nobody followed before is read from its end")
  func unknown() throws {
    let log = try LogFolder(fromStart: false, keepsPlace: true)
    log.save()
    try log.append("1\n")
    try log.restart()
    #expect(log.poll() == "")
  }

  @Test("A file that was done with and comes back does not count again")
  func comesBack() throws {
    log.poll()
    try log.move("app.log", "a")
    try log.append("new\n")
    log.poll()
    for _ in 0..<3 { log.poll(after: 400) }
    log.save()
    try log.move("app.log", "b")
    try log.move("a", "app.log")
    try log.append("fifth\n")
    try log.restart()
    #expect(log.poll() == "fifth\n")
  }

  @Test("The disk has another number after the machine was started anew")
  func device() throws {
    log.poll()
    log.save()
    try log.append("fourth\n")
    try log.restart(device: 4_711)
    #expect(log.poll() == "fourth\n")
  }

  @Test("A file that was nowhere at the start and comes later, as with its disk, goes on where it was left")
  func comesLate() throws {
    let away = log.folder.path + ".away"
    try FileManager.default.moveItem(atPath: log.path, toPath: away)
    try log.restart()
    log.poll()
    #expect(log.all.events.contains(.vanished(lost: 0)))
    try FileManager.default.moveItem(atPath: away, toPath: log.path)
    #expect(log.poll() == "third\n")
    #expect(log.all.truncations == 0)
  }

  @Test("A directory that is not mounted yet is waited for")
  func unmounted() throws {
    let away = log.folder.path + ".away"
    try FileManager.default.moveItem(atPath: log.folder.path, toPath: away)
    try log.restart()
    log.poll()
    log.poll()
    #expect(log.all.events == [.waiting])
    try FileManager.default.moveItem(atPath: away, toPath: log.folder.path)
    #expect(log.poll() == "third\n")
  }
}
