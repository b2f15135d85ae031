import Foundation
import Testing

@testable import VitalsAgent

/// What copytruncate and compression leave beside a log between two lives of the agent.
@Suite("Copies of a log across a restart") struct TailCopyTests {
  private let log: LogFolder

  init() throws { log = try .betweenLives() }

  @Test("What was copied and cut is read from the copy, or counted as far as it had been seen")
  func copied() throws {
    for keepsCopy in [true, false] {
      let log = try LogFolder(keepsPlace: true)
      try log.append("first\n")
      log.poll()
      try log.append("second\n" + String(repeating: "x", count: 50) + "\n")
      _ = log.tail.poll(budget: 3, at: log.now)
      log.poll(after: 0, budget: 3)
      log.save()
      try log.append("third\n")
      if keepsCopy { try log.copy("app.log", "app.log.1") }
      try log.truncate()
      try log.append("fourth\n")
      try log.restart()
      #expect(log.poll() == (keepsCopy ? "third\nfourth\n" : "fourth\n"))
      #expect(log.all.truncations == 1)
    }
  }

  @Test("A copy that was made before a cut which was seen does not count again")
  func copiedBefore() throws {
    log.poll()
    try log.copy("app.log", "app.log.1")
    try log.truncate()
    log.poll()
    log.save()
    let clock = SystemClock()
    let start = clock.now()
    // The kernel's clock for files moves every few milliseconds.
    while clock.now().seconds(since: start) < 0.012 {}
    try log.append("fourth\n")
    try log.copy("app.log", "app.log.2")
    try log.truncate()
    try log.append("fifth\n")
    try log.restart()
    #expect(log.poll() == "fourth\nfifth\n")
  }

  @Test("Of several copies of a file that was cut then the last one is read")
  func copies() throws {
    try log.copy("app.log", "app.log.2")
    try log.append("fourth\n")
    let clock = SystemClock()
    let start = clock.now()
    while clock.now().seconds(since: start) < 0.012 {}
    try log.copy("app.log", "app.log.1")
    try log.truncate()
    try log.append("fifth\n")
    try log.restart()
    #expect(log.poll() == "third\nfourth\nfifth\n")
  }

  @Test("A copy of a file that was written on and deleted does not count", arguments: [false, true])
  func copyOfDeleted(isLetGo: Bool) throws {
    try log.copy("app.log", "app.log.1")
    try log.append("fourth\n")
    #expect(log.poll() == "third\nfourth\n")
    if !isLetGo { log.save() }
    try log.delete()
    for _ in 0..<3 { log.poll() }
    if isLetGo { log.save() }
    try log.append("new\n")
    try log.restart()
    #expect(log.poll() == "new\n")
  }

  @Test(
    "A copy of a file that is gone at the start, or compressed, counts no more when the path's next files come",
    arguments: [false, true], [false, true])
  func copyOfLost(isOlderOpen: Bool, isPacked: Bool) throws {
    func date(_ name: String, _ seconds: Double) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: seconds)], ofItemAtPath: log.path(name))
    }
    // An older file is known beside it, and was written to long before.
    try date("app.log", -120)
    log.poll()
    try log.move("app.log", "app.log.9")
    try TailBetweenTests.pass()
    try log.append("a line of the second file\nanother line of it, so that it tells itself from others\n")
    log.poll()
    if !isOlderOpen { try log.delete("app.log.9") }
    for _ in 0..<3 { log.poll() }
    #expect(log.tail.openFiles == (isOlderOpen ? 2 : 1))
    try TailBetweenTests.pass()
    try log.copy("app.log", "app.log.1")
    try date("app.log.1", -60)
    try log.append("written on\n")
    log.poll()
    log.save()
    if isPacked {
      try log.move("app.log", "app.log.2")
      try log.compress("app.log.2")
    } else {
      try log.delete()
    }
    try TailBetweenTests.pass()
    try log.append("new\n")
    try log.restart()
    #expect(log.poll() == "new\n")
    log.save()
    try log.restart()
    try log.move("app.log", "app.log.3")
    try log.append("newer\n")
    #expect(log.poll() == "newer\n")
  }

  @Test(
    "A copy that is being made of the path's file while it is searched for does not count beside it",
    arguments: ["", "fou", "fourth line\nfi"])
  func copyBeingMade(begun: String) throws {
    try log.move("app.log", "app.log.9")
    try TailBetweenTests.pass()
    let text = "fourth line\nfifth line\n"
    try log.append(text)
    try TailBetweenTests.pass()
    try log.append(begun, to: "app.log.1")
    try log.restart()
    log.keep(log.tail.poll(budget: 1 << 20, at: log.now))
    #expect(String(decoding: log.all.lines, as: UTF8.self) == "third\n")
    try log.append(String(text.dropFirst(begun.count)), to: "app.log.1")
    #expect(log.poll() == text)
    try log.truncate()
    try log.append("sixth\n")
    #expect(log.poll() == "sixth\n")
    try log.move("app.log", "app.log.2")
    try log.append("seventh\n")
    #expect(log.poll() == "seventh\n")
  }
}
