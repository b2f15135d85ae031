import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// What is known of bytes that are there and do not count yet, and of files that cannot be read on.
@Suite("How far a tail is behind") struct TailLagTests {
  private static func moment(_ second: UInt64) -> Moment { Moment(boot: second * 1_000_000_000, real: 0) }

  @Test("The age is that of the oldest byte that is not read")
  func ages() {
    var lag = TailLag()
    #expect(lag.since(0) == nil)
    lag.look(size: 100, offset: 0, at: Self.moment(1))
    lag.look(size: 100, offset: 10, at: Self.moment(2))
    lag.look(size: 200, offset: 20, at: Self.moment(3))
    #expect(lag.since(20) == Self.moment(1) && lag.since(99) == Self.moment(1))
    #expect(lag.since(100) == Self.moment(3) && lag.since(200) == nil)
    // Cut, and grown again: what is there now was not there before.
    lag.look(size: 50, offset: 0, at: Self.moment(4))
    #expect(lag.since(0) == Self.moment(4))
  }

  @Test("Many looks cost few marks, and the oldest byte's age stays right")
  func merged() {
    var lag = TailLag()
    for second in 1...10_000 { lag.look(size: Int64(second), offset: 0, at: Self.moment(UInt64(second))) }
    #expect(lag.since(0) == Self.moment(1))
    #expect(lag.since(10_000) == nil)
    #expect(MemoryLayout<TailLag>.size <= 8)
  }

  @Test("Bytes that were seen and not read are counted with their age, until they are read")
  func unread() throws {
    let log = try LogFolder()
    try log.append(String(repeating: "x\n", count: 100))
    log.keep(log.tail.poll(budget: 50, at: log.now))
    #expect(log.all.lagBytes == 150)
    let first = log.now
    log.now.boot += 5_000_000_000
    try log.append("y\n")
    let batch = log.tail.poll(budget: 50, at: log.now)
    #expect(batch.lagBytes == 102 && batch.lagSince == first && batch.readSince == first)
    log.poll()
    let last = log.tail.poll(budget: 50, at: log.now)
    #expect(last.lagBytes == 0 && last.lagSince == nil && last.readSince == nil)
  }

  @Test("Gauges of the lag are absent while the log does not answer, and right while its lines are held back")
  func gauges() throws {
    let log = try LogFolder()
    try log.append("{}\n{}\n")
    let counts = ServiceCounts(service: "api")
    let file = LogFile(LogSource(service: "api", path: log.path), fromStart: true, counts: counts)
    var rows = LogRows()
    rows.add(file)
    let all = rows.all
    func lines(at second: UInt64) -> [String] {
      let sink = RecordingSink()
      LogExposition(rows: all, services: [], now: Self.moment(second)).collect(into: sink)
      let gauges = sink.lines.filter { $0.contains("vitals_tail_lag") }
      return gauges.compactMap { $0.split(separator: " ").last.map(String.init) }
    }
    #expect(lines(at: 1) == [])
    guard case .batch(let batch, let number) = file.owner.poll(seen: 0, budget: 1 << 20, at: Self.moment(1)) else {
      Issue.record("no batch")
      return
    }
    file.held = (batch, number, 3, 0)
    #expect(lines(at: 4) == ["3.0", "3.0"])
    file.held = nil
    file.take(batch, number: number)
    #expect(lines(at: 4) == ["0.0", "0.0"])
    file.stuckAt = Self.moment(2)
    #expect(lines(at: 4) == [])
  }

  @Test("A file that has more by its size than can be read is opened anew after a while, and counted")
  func stalled() throws {
    let log = try LogFolder()
    // Files of sysfs say 4096 bytes and have a few.
    let sick = "/sys/kernel/uevent_seqnum"
    if try FileStatus.of(sick).size == 0 { return }
    try FileManager.default.createSymbolicLink(atPath: log.path, withDestinationPath: sick)
    let contents = log.poll()
    log.poll(after: 9)
    #expect(log.all.reopened == 0 && (log.all.lagBytes ?? 0) > 0)
    log.poll(after: 2)
    #expect(log.all.reopened == 1 && log.all.events.contains(.reopened))
    log.poll(after: 11)
    log.poll(after: 11)
    #expect(log.all.reopened == 2)
    #expect(String(decoding: log.all.lines, as: UTF8.self) == contents)
    try log.delete()
    try log.append("healthy\n")
    #expect(log.poll() == "healthy\n")
  }

  @Test(
    "An overflow of the kernel's queue is found among its events",
    arguments: [
      ([], false), ([(1, 2, 16)], false), ([(1, 2, 16), (-1, 0x4000, 0)], true), ([(-1, 0x4000, 0), (1, 2, 0)], true),
    ] as [([(Int32, UInt32, Int)], Bool)])
  func overflow(events: [(Int32, UInt32, Int)], wanted: Bool) {
    var bytes: [UInt8] = []
    func add(_ word: UInt32) {
      for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * shift))) }
    }
    for (folder, mask, length) in events {
      for word in [UInt32(bitPattern: folder), mask, 0, UInt32(length)] { add(word) }
      bytes += Array(repeating: UInt8(ascii: "@"), count: length)
    }
    #expect(Inotify.hasOverflow(bytes) == wanted)
    #expect(!Inotify.hasOverflow(Array(bytes.prefix(15))))
  }

  @Test("An overflow is answered by a look at everything, and counted")
  func overflowed() throws {
    let log = try LogFolder()
    let work = StepWork()
    let input = LogInput(
      sources: [LogSource(service: "api", path: log.path)], fromStart: true, work: work, log: RecordingLog())
    input.sample(at: log.now)
    let looks = work.subjects.count
    input.overflowed()
    #expect(work.subjects.count == looks + 1)
    let sink = RecordingSink()
    input.collect(into: sink)
    #expect(sink.lines.contains { $0.hasPrefix("vitals_tail_watch_overflows_total") && $0.contains(" 1") })
  }
}
