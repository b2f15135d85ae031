// The writer of value files: what it writes, what it finds, and what goes wrong.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import VitalsMetrics

@Suite("Value file writer")
struct ValueFileWriterTests {
  private static func writer(
    _ registry: Registry, _ room: ValueFileRoom, pid: @escaping @Sendable () -> Int32 = { 4_000_007 }
  ) throws -> ValueFileWriter {
    try ValueFileWriter(
      registry: registry, directory: room.path, every: nil, gaugeMode: .all, gaugeModes: ["peak": .max], pid: pid)
  }

  @Test("All kinds are read back, also series that come later and long ones")
  func readBack() throws {
    let room = try ValueFileRoom()
    let registry = Registry()
    let counters = try registry.counter("a_total", help: "h", labels: ["x"])
    let writer = try Self.writer(registry, room)
    let histogram = try registry.histogram("h", help: "", buckets: .explicit([1, 2]))
    try registry.gauge("level", help: "").set(-3)
    try registry.gauge("peak", help: "").set(9)
    for round in 1...3 {
      for place in 0..<400 { try counters.labels(String(repeating: "ü", count: 80) + "\(place)").increment() }
      histogram.observe(1.5)
      try writer.flush()
      let lines = room.lines(ValueFiles(directory: room.path))
      #expect(lines.filter { $0.hasPrefix("a_total") && $0.hasSuffix(" \(round)") }.count == 400)
      #expect(
        lines.contains(#"h_bucket{le="2.0"} \#(round)"#) && lines.contains("h_sum \(["1.5", "3", "4.5"][round - 1])"))
      #expect(lines.contains(#"level{pid="4000007"} -3"#) && lines.contains("peak 9"))
    }
  }

  @Test("Who has the id of an ended process goes on from its counters, not its gauges")
  func goesOn() throws {
    let room = try ValueFileRoom()
    try room.put("counter_4000007.db", ValueFileRoom.file([(#"["a", "a_total", {}, "h"]"#, 40)]))
    try room.put("gauge_all_4000007.db", ValueFileRoom.file([(#"["g", "g", {}, ""]"#, 40)]))
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "h")
    try registry.gauge("g", help: "").set(1)
    counter.increment()
    let writer = try Self.writer(registry, room)
    counter.increment()
    try writer.flush()
    #expect(room.lines(ValueFiles(directory: room.path)) == ["a_total 42", #"g{pid="4000007"} 1"#])
  }

  @Test("A forked child counts in files of its own, and nothing twice")
  func fork() throws {
    let room = try ValueFileRoom()
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "h")
    let pid = Locked<Int32>(4_000_008)
    let writer = try Self.writer(registry, room, pid: { pid.withLock { $0 } })
    counter.increment(by: 10)
    try writer.flush()
    pid.withLock { $0 = 4_000_009 }
    counter.increment()
    try writer.flush()
    #expect(room.lines(ValueFiles(directory: room.path)) == ["a_total 11"])
  }

  @Test("A removed file comes back whole")
  func removed() throws {
    let room = try ValueFileRoom()
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "h")
    let writer = try Self.writer(registry, room)
    counter.increment()
    try writer.flush()
    try room.remove("counter_4000007.db")
    try writer.flush()
    #expect(room.lines(ValueFiles(directory: room.path)) == ["a_total 1"])
  }

  @Test("A file that cannot be written keeps no other from the disk")
  func oneFails() throws {
    let room = try ValueFileRoom()
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "h")
    let gauge = try registry.gauge("b", help: "")
    let writer = try Self.writer(registry, room)
    try room.remove("counter_4000007.db")
    unsafe _ = mkdir(room.path + "/counter_4000007.db", 0o700)
    for round in 1...8 {
      gauge.set(Double(round))
      counter.increment()
      #expect(throws: ValueFileError.write(room.path + "/counter_4000007.db", code: EISDIR)) { try writer.flush() }
      #expect(room.lines(ValueFiles(directory: room.path)) == [#"b{pid="4000007"} \#(round)"#])
    }
    try room.remove("counter_4000007.db")
    try writer.flush()
    #expect(room.lines(ValueFiles(directory: room.path)).contains("a_total 8"))
  }

  @Test("A new file has a head before it has room: prometheus_client's collector fails as a whole for a shorter one")
  func head() throws {
    let room = try ValueFileRoom()
    var file = OwnValueFile(ValueFileName(kind: .counter, writer: "1"))
    guard let directory = FileDirectory(room.path) else { throw ValueFileError.directory(room.path, code: 0) }
    let code = file.open(in: directory, ReadBuffer())
    #expect(code == 0)
    #expect(try room.bytes("counter_1.db") == [UInt8](repeating: 0, count: 8))
  }

  @Test("A file that somebody cut is written whole again", arguments: [0, 3, 100])
  func cut(_ length: Int) throws {
    let room = try ValueFileRoom()
    let registry = Registry()
    let counters = try registry.counter("a_total", help: "h", labels: ["x"])
    for place in 0..<3 { try counters.labels("\(place)").increment() }
    let writer = try Self.writer(registry, room)
    unsafe _ = truncate(room.path + "/counter_4000007.db", length)
    try counters.labels("2").increment()
    try writer.flush()
    let files = ValueFiles(directory: room.path)
    #expect(room.lines(files) == (0..<3).map { #"a_total{x="\#($0)"} \#($0 == 2 ? 2 : 1)"# })
    #expect(room.skipped(files) == [:])
  }

  @Test("What a registry shows of other processes' files does not go into its own")
  func ownFiles() throws {
    let room = try ValueFileRoom()
    try room.put("counter_4000008.db", ValueFileRoom.file([(#"["a", "a_total", {}, "h"]"#, 40)]))
    let registry = Registry()
    try registry.counter("a_total", help: "h").increment()
    let files = ValueFiles(directory: room.path)
    registry.register(files)
    let inner = Registry()
    inner.register(files)
    registry.register(inner)
    registry.register(files, name: "limited", timeLimit: .seconds(60))
    let writer = try Self.writer(registry, room)
    for _ in 0..<3 { try writer.flush() }
    #expect(room.lines(ValueFiles(directory: room.path)) == ["a_total 41"])
  }

  @Test("A directory that is not there, or taken, is a typed error")
  func errors() throws {
    let room = try ValueFileRoom()
    #expect(throws: ValueFileError.directory(room.path + "/x", code: ENOENT)) {
      try ValueFileWriter(registry: Registry(), directory: room.path + "/x")
    }
    let registry = Registry()
    _ = try registry.counter("a_total", help: "h")
    let first = try Self.writer(registry, room)
    #expect(throws: ValueFileError.inUse(room.path)) { try Self.writer(registry, room) }
    // A directory in the way of the file.
    try room.remove("counter_4000007.db")
    unsafe _ = mkdir(room.path + "/counter_4000007.db", 0o700)
    #expect(throws: ValueFileError.write(room.path + "/counter_4000007.db", code: EISDIR)) { try first.flush() }
    #expect(String(decoding: registry.exposition(), as: UTF8.self).contains("vitals_value_writer_failures_total 1"))
  }

  @Test("The thread in the background writes while others count, and the last writing has all")
  func background() throws {
    let room = try ValueFileRoom()
    let registry = Registry()
    let counter = try registry.counter("a_total", help: "h")
    let writer = try ValueFileWriter(registry: registry, directory: room.path, every: .milliseconds(1))
    let files = ValueFiles(directory: room.path)
    DispatchQueue.concurrentPerform(iterations: 4) { place in
      for round in 0..<2_000 {
        counter.increment()
        if round % 500 == 0 { _ = room.lines(files) }
        if round % 700 == 0 { try? writer.flush() }
      }
    }
    writer.stop()
    #expect(room.lines(files) == ["a_total 8000"])
  }
}
