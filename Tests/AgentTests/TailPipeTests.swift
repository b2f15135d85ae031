import Foundation
import Testing

@testable import VitalsAgent

/// Pipes that are logs: read as far as there is something, and never waited for.
@Suite("Following a pipe") struct TailPipeTests {
  private let log: LogFolder
  private let owner: TailOwner
  private let time = Moment(boot: 1, real: 1)

  init() throws {
    log = try LogFolder()
    let made = unsafe mkfifo(log.path, 0o600)
    #expect(made == 0)
    owner = TailOwner(path: log.path, fromStart: false, keepsPlace: true)
  }

  /// Polls until there is no more; all batches as one.
  private func poll(budget: Int = 1 << 20) -> TailBatch {
    var all = TailBatch()
    var more = true
    while more, case .batch(let batch, let number) = owner.poll(seen: seen.number, budget: budget, at: time) {
      seen.number = number
      all.lines += batch.lines
      all.events += batch.events
      all.longLines += batch.longLines
      all.position = batch.position ?? all.position
      all.lagBytes = batch.lagBytes
      more = batch.hasMore
    }
    return all
  }

  private final class Seen { var number: UInt64 = 0 }
  private let seen = Seen()

  @Test("It stays open while its writers come and go, and no place in it is kept")
  func writers() throws {
    let first = poll()
    #expect(first.lines == [] && first.events == [.opened(at: 0)] && first.lagBytes == 0)
    for number in 0..<3 {
      let writer = try #require(FileHandle(forWritingAtPath: log.path))
      try writer.write(contentsOf: Data("\(number) a\n\(number)".utf8))
      #expect(String(decoding: poll().lines, as: UTF8.self) == "\(number) a\n")
      try writer.write(contentsOf: Data(" b\n".utf8))
      try writer.close()
      let last = poll()
      #expect(String(decoding: last.lines, as: UTF8.self) == "\(number) b\n")
      #expect(last.events == [] && last.position == nil)
    }
  }

  @Test("A line past the limit is passed over, at any budget", arguments: [1_000, 1 << 20])
  func long(budget: Int) throws {
    _ = poll()
    let writer = try #require(FileHandle(forWritingAtPath: log.path))
    let long = String(repeating: "x", count: Limits.lineBytes * 2)
    try writer.write(contentsOf: Data(("a\n" + long + "\nb\n").utf8))
    let batch = poll(budget: budget)
    #expect(String(decoding: batch.lines, as: UTF8.self) == "a\nb\n" && batch.longLines == 1)
  }

  @Test("A file that takes the pipe's place is read from its start, behind what was in the pipe")
  func replaced() throws {
    _ = poll()
    let writer = try #require(FileHandle(forWritingAtPath: log.path))
    try writer.write(contentsOf: Data("piped\n".utf8))
    try log.delete()
    try log.append("filed\n")
    #expect(String(decoding: poll().lines + poll().lines, as: UTF8.self) == "piped\nfiled\n")
    try writer.close()
    try log.delete()
    let made = unsafe mkfifo(log.path, 0o600)
    #expect(made == 0)
    _ = poll()
    let next = try #require(FileHandle(forWritingAtPath: log.path))
    try next.write(contentsOf: Data("piped again\n".utf8))
    #expect(String(decoding: poll().lines, as: UTF8.self) == "piped again\n")
  }

  @Test(
    "Standard input has its own name, unless the user gives one",
    arguments: [("-", "stdin"), ("api=-", "api"), ("api=./-", "api")])
  func names(text: String, service: String) {
    let source = LogSource.parse(text)
    #expect(source?.service == service)
    #expect((source?.path == LogSource.standardInput) == !text.hasSuffix("/-"))
  }
}
