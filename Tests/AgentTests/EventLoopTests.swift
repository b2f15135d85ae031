import Foundation
import Testing

@testable import VitalsAgent

@Suite("The loop and its sockets")
struct EventLoopTests {
  @Test("A handler that was removed earlier in the same turn is not called")
  func removed() throws {
    let loop = try EventLoop(clock: HTTPTestClock())
    let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
    let clients = try (0..<2).map { _ in try HTTPTestClient(listener.address) }
    let served = try (0..<2).map { _ in try #require(try listener.accept()) }
    for client in clients { client.send("x") }
    var calls: [Int] = []
    var tokens: [EventLoop.Token] = []
    for index in 0..<2 {
      let other = served[1 - index].number
      tokens.append(
        try loop.add(served[index].number, .read) { _ in
          calls.append(index)
          loop.remove(tokens[1 - index], other)
        })
    }
    for _ in 0..<3 { try loop.turn(timeoutMilliseconds: 10) }
    #expect(Set(calls).count == 1)
  }

  @Test("A descriptor whose number is used again does not wake the old handler")
  func reused() throws {
    let loop = try EventLoop(clock: HTTPTestClock())
    let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
    var old = 0
    var new = 0
    let first = try HTTPTestClient(listener.address)
    do {
      let served = try #require(try listener.accept())
      let token = try loop.add(served.number, .read) { _ in old += 1 }
      loop.remove(token, served.number)
    }
    let second = try HTTPTestClient(listener.address)
    let served = try #require(try listener.accept())
    _ = try loop.add(served.number, .read) { _ in new += 1 }
    first.send("x")
    second.send("x")
    try loop.turn(timeoutMilliseconds: 1_000)
    #expect(old == 0 && new == 1)
  }

  @Test("Stopping ends the run after the present turn")
  func stops() throws {
    let loop = try EventLoop(clock: HTTPTestClock())
    let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
    let client = try HTTPTestClient(listener.address)
    var turns = 0
    _ = try loop.add(listener.number, .read) { _ in
      turns += 1
      if turns == 3 { loop.stop() }
    }
    try loop.run()
    #expect(turns == 3 && !client.isClosed)
  }

  @Test("A listener says which port it got, and gives nothing when nobody waits")
  func port() throws {
    let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
    guard case .tcp("127.0.0.1", let port) = listener.address else {
      Issue.record("\(listener.address)")
      return
    }
    #expect(port > 0)
    #expect(try listener.accept() == nil)
    let error = #expect(throws: SystemError.self) { try Listener(listener.address) }
    #expect(error?.description.contains("listen on 127.0.0.1:\(port)") == true)
  }

  @Test("A file that is no socket is never removed for one")
  func plainFile() throws {
    let folder = try LogFolder()
    let path = folder.path("socket")
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: SystemError.self) { try Listener(.unix(path: path)) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
  }

  @Test("A socket's file goes with its listener, and one left by a dead owner is replaced")
  func socketFile() throws {
    let folder = try LogFolder()
    let path = folder.path("socket")
    do {
      let listener = try Listener(.unix(path: path))
      #expect(FileManager.default.fileExists(atPath: path))
      // A second name keeps the file, as when its owner is killed.
      try FileManager.default.linkItem(atPath: path, toPath: path + "2")
      #expect(try listener.accept() == nil)
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try FileManager.default.moveItem(atPath: path + "2", toPath: path)
    let listener = try Listener(.unix(path: path))
    #expect(throws: SystemError.self) { try Listener(.unix(path: path)) }
    #expect(listener.address == .unix(path: path))
  }

  @Test("The file of a server that has taken the place stays when the old listener goes")
  func takenOver() throws {
    let folder = try LogFolder()
    let path = folder.path("socket")
    let old = try Listener(.unix(path: path))
    try FileManager.default.removeItem(atPath: path)
    let new = try Listener(.unix(path: path))
    old.removeFile()
    #expect(FileManager.default.fileExists(atPath: path))
    new.removeFile()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("A socket whose queue is full has an owner, and is not taken over")
  func busySocket() throws {
    let folder = try LogFolder()
    let address = ListenAddress.unix(path: folder.path("socket"))
    let listener = try Listener(address)
    var waiting: [Connection] = []
    // listen(2) keeps one more than the 128 it is asked for.
    for _ in 0..<129 {
      guard let connection = try? Connection.connect(address, timeoutSeconds: 1) else { break }
      waiting.append(connection)
    }
    #expect(throws: SystemError.self) { try Listener(address) }
    #expect(try listener.accept() != nil)
  }
}
