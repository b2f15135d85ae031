import Foundation
import Testing

@testable import VitalsAgent

@Suite("Following a log")
struct TailTests {
  @Test("A path that cannot be a log is refused clearly, once")
  func oddities() throws {
    let log = try LogFolder()
    try FileManager.default.createDirectory(atPath: log.path, withIntermediateDirectories: false)
    log.poll()
    log.poll()
    #expect(log.all.events == [.unreadable("is a directory")])
    try log.delete()
    let made = unsafe mknod(log.path, 0o020_600, 259)
    if made == 0 {
      log.poll()
      #expect(log.all.events.last == .unreadable("is not a regular file"))
      try log.delete()
    }
    try log.append("a\n")
    #expect(log.poll() == "a\n")
  }

  @Test("A file that is not there is waited for, then read from its start")
  func late() throws {
    let log = try LogFolder(fromStart: false)
    #expect(log.poll() == "" && log.poll() == "")
    #expect(log.all.events == [.waiting])
    #expect(log.all.lagBytes == nil)
    try log.append("a\nb\n")
    #expect(log.poll() == "a\nb\n")
    #expect(log.all.events == [.waiting, .opened(at: 0)])
    #expect(log.all.rotations == 0)
  }

  @Test(
    "A file that is there is read from the end of its last whole line",
    arguments: [
      ("old\nhalf", " line\nnew\n", "half line\nnew\n"), ("half", " line\nnew\n", "half line\nnew\n"),
      ("old\n", "new\n", "new\n"), ("", "new\n", "new\n"),
      (String(repeating: "x", count: Limits.lineBytes + 1), "x\nnew\n", "new\n"),
    ])
  func fromEnd(old: String, new: String, wanted: String) throws {
    let log = try LogFolder(fromStart: false)
    try log.append(old)
    #expect(log.poll() == "")
    try log.append(new)
    #expect(log.poll() == wanted)
    #expect(log.all.longLines == 0)
  }

  @Test("A file is another one than the last, though it was given the same inode number")
  func births() throws {
    let log = try LogFolder()
    var seen: Set<FileIdentity> = []
    for _ in 0..<20 {
      try log.append("x\n")
      seen.insert(try FileStatus.of(log.path).identity)
      try log.delete()
      // The kernel's clock for files moves every few milliseconds.
      let now = SystemClock()
      let start = now.now()
      while now.now().seconds(since: start) < 0.012 { try log.append("x\n", to: "clock") }
    }
    #expect(seen.count == 20)
  }

  @Test("Half a line waits for its end, however long")
  func partial() throws {
    let log = try LogFolder()
    try log.append("a\nb")
    #expect(log.poll() == "a\n")
    #expect(log.poll(after: 3_600) == "")
    try log.append("c\n")
    #expect(log.poll() == "bc\n")
  }

  @Test("A renamed file is read on beside the new one, by a writer that reopens late or never")
  func renamed() throws {
    let log = try LogFolder()
    let writer = try log.writer()
    try writer.write(contentsOf: Data("1\n".utf8))
    #expect(log.poll() == "1\n")
    try log.move("app.log", "app.log.1")
    try writer.write(contentsOf: Data("2\n".utf8))
    #expect(log.poll() == "2\n")
    try log.append("3\n")
    try writer.write(contentsOf: Data("4\n".utf8))
    #expect(log.poll() == "4\n3\n")
    for number in 5..<60 {
      try writer.write(contentsOf: Data("\(number)\n".utf8))
      #expect(log.poll(after: 100) == "\(number)\n")
    }
    try writer.write(contentsOf: Data("half".utf8))
    log.poll()
    #expect(log.poll(after: 400) == "")
    try writer.write(contentsOf: Data(" line\n".utf8))
    #expect(log.poll(after: 100_000) == "half line\n")
    #expect(log.all.partialLines == 0)
    try writer.write(contentsOf: Data("half".utf8))
    log.poll()
    try writer.close()
    log.poll(after: 200)
    #expect(!log.all.events.contains(.finished))
    log.poll(after: 200)
    log.poll()
    #expect(log.all.partialLines == 1)
    #expect(log.all.events.last == .finished)
    #expect(log.all.rotations == 1 && log.all.lostBytes == 0)
    try log.append("60\n")
    #expect(log.poll() == "60\n")
  }

  @Test("A deleted file is followed while a writer has it open, then let go, and its successor read from its start")
  func deleted() throws {
    let log = try LogFolder()
    let writer = try log.writer()
    log.poll()
    try log.delete()
    try writer.write(contentsOf: Data("1\n".utf8))
    #expect(log.poll() == "1\n")
    #expect(log.poll(after: 100_000) == "")
    try writer.write(contentsOf: Data("2\n".utf8))
    #expect(log.poll(after: 100_000) == "2\n")
    try writer.write(contentsOf: Data("3\n".utf8))
    try writer.close()
    #expect(log.poll() == "3\n")
    log.poll(after: 0)
    log.poll(after: 0)
    log.poll(after: 0)
    #expect(log.all.lagBytes == nil)
    try log.append("4\n")
    #expect(log.poll() == "4\n")
    #expect(log.all.events == [.opened(at: 0), .waiting, .finished, .rotated, .opened(at: 0)])
  }

  @Test("After a truncation reading starts anew, and what was seen and not read is counted")
  func truncated() throws {
    let log = try LogFolder()
    try log.append("1\n2\nhalf")
    #expect(log.poll() == "1\n2\n")
    try log.truncate()
    try log.append("3\n")
    #expect(log.poll() == "3\n")
    #expect(log.all.truncations == 1 && log.all.partialLines == 1 && log.all.lostBytes == 0)
    try log.append(String(repeating: "x\n", count: 100))
    _ = log.tail.poll(budget: 10, at: log.now)
    try log.truncate()
    log.poll()
    #expect(log.all.lostBytes == 190)
    #expect(log.all.events.last == .truncated(lost: 190))
  }

  @Test("A file that was cut and has grown past the offset since is recognised by its contents")
  func regrown() throws {
    let log = try LogFolder()
    try log.append("first\n")
    #expect(log.poll() == "first\n")
    try log.truncate()
    try log.append("second\nthird\n")
    #expect(log.poll() == "second\nthird\n")
    #expect(log.all.truncations == 1)
  }

  @Test("The hole that a writer without O_APPEND leaves is skipped and counted", arguments: [300, 200_000, 50_000_000])
  func hole(size: Int) throws {
    let log = try LogFolder()
    let writer = try log.writer()
    try writer.write(contentsOf: Data((String(repeating: "x", count: 99) + "\n").utf8))
    log.poll()
    try log.truncate()
    try writer.seek(toOffset: UInt64(size))
    try writer.write(contentsOf: Data("after\n".utf8))
    #expect(log.poll() == "after\n")
    #expect(log.all.holeBytes == UInt64(size))
    #expect(log.all.truncations == 1 && log.all.longLines == 0)
  }

  @Test("A line past the limit is passed over, at any budget", arguments: [1_000, 4_096, 1 << 20])
  func long(budget: Int) throws {
    let log = try LogFolder()
    try log.append("a\n" + String(repeating: "x", count: Limits.lineBytes * 4) + "\nb\n")
    #expect(log.poll(budget: budget) == "a\nb\n")
    #expect(log.all.longLines == 1)
    try log.append(String(repeating: "y", count: Limits.lineBytes) + "\n")
    #expect(log.poll(budget: budget).utf8.count == Limits.lineBytes + 1)
    #expect(log.all.longLines == 1)
  }

  @Test("A link that is turned to another file and back is read on, nothing twice")
  func link() throws {
    let log = try LogFolder()
    try log.append("a1\n", to: "a")
    try log.append("b1\n", to: "b")
    func turn(to name: String) throws {
      try? log.delete()
      try FileManager.default.createSymbolicLink(atPath: log.path, withDestinationPath: log.path(name))
    }
    try turn(to: "a")
    #expect(log.poll() == "a1\n")
    try turn(to: "b")
    #expect(log.poll() == "b1\n")
    try turn(to: "a")
    try log.append("a2\n", to: "a")
    #expect(log.poll() == "a2\n")
    log.poll(after: 400)
    log.poll(after: 400)
    try turn(to: "b")
    try log.append("b2\n", to: "b")
    #expect(log.poll() == "b2\n")
  }

  @Test("More files than are followed at once: the oldest is given up, one that nobody writes to before it")
  func generations() throws {
    let log = try LogFolder()
    var writers: [FileHandle] = []
    for number in 0...Limits.tailGenerations + 1 {
      if number != 3 { writers.append(try log.writer()) }
      try log.append("\(number)\n")
      #expect(log.poll() == "\(number)\n")
      try log.move("app.log", "app.log.\(number)")
    }
    let ends = log.all.events.filter { $0 == .finished || $0 == .abandoned(lost: 0) }
    #expect(ends == [.finished, .abandoned(lost: 0)])
  }
}
