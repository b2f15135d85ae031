import Testing

@testable import VitalsAgent

@Suite("The figures of a process's threads")
struct ProcessThreadsTests {
  private let tree: ProcTree

  init() throws {
    tree = try ProcTree()
    try tree.link("10/cwd", to: "/")
  }

  /// One look; `moved` has the names of the threads that may have used something, in brackets when they are new.
  private func read(
    _ threads: ProcessThreads, count: UInt64, room: Int = 100
  ) -> (files: Int, moved: [String]) {
    var buffer: [UInt8] = []
    var moved: [String] = []
    let files = threads.read(tree.now, count: count, room: room, held: 1, into: &buffer) { thread, before in
      moved.append(before == nil ? "(\(thread.figures.stat.name))" : thread.figures.stat.name)
    }
    tree.pass()
    return (files, moved)
  }

  private func threads() -> ProcessThreads {
    ProcessThreads(tree.paths.proc + "/10", pid: 10, startTicks: 100)
  }

  static let states: [(state: String, schedstat: String?, wchan: String?, files: Int)] = [
    ("S", "5 6 7\n", "do_epoll_wait", 1), ("D", "5 6 7\n", "submit_bio_wait", 1),
    // It may run still, it may be on its way to sleep, and a kernel may not count.
    ("R", "5 6 7\n", "0", 5), ("S", "5 6 7\n", "0", 5), ("S", "0 0 0\n", "do_epoll_wait", 5),
    ("S", "5 6", "do_epoll_wait", 5), ("S", "", "do_epoll_wait", 5), ("S", nil, "do_epoll_wait", 5),
    ("S", "5 6 7\n", nil, 5),
  ]

  @Test("A thread that had no CPU costs one read, one of which that is not certain costs all", arguments: states)
  func settled(state: String, schedstat: String?, wchan: String?, files: Int) throws {
    try tree.thread(10, 10, "main", state: state, schedstat: schedstat, wchan: wchan)
    let threads = threads()
    #expect(read(threads, count: 1).moved == ["(main)"])
    #expect(read(threads, count: 1) == (files, files > 1 ? ["main"] : []))
  }

  @Test("All figures of a thread that has moved")
  func figures() throws {
    try tree.thread(10, 10, "main", wchan: "do_epoll_wait")
    let threads = threads()
    _ = read(threads, count: 1)
    #expect(threads.threads[0].figures.files.readBytes == nil)
    try tree.thread(
      10, 10, "renamed", user: 30, state: "D", schedstat: "9 9 9\n", wchan: "folio_wait_bit",
      status: "voluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\n", io: "read_bytes: 5\nwrite_bytes: 6\n")
    #expect(read(threads, count: 1).moved == ["renamed"])
    let figures = threads.threads[0].figures
    #expect(figures.stat.name == "renamed")
    #expect(figures.stat.userTicks == 30)
    #expect(figures.stat.minorFaults == 10)
    #expect(figures.channel == "folio_wait_bit")
    #expect(
      [
        figures.files.readBytes, figures.files.writtenBytes, figures.files.voluntarySwitches,
        figures.files.involuntarySwitches,
      ] == [5, 6, 3, 4])
  }

  @Test("Threads come and go, also where one took another's id, or the number stays the same")
  func lifetimes() throws {
    for id in 10...12 { try tree.thread(10, id, "t\(id)") }
    let threads = threads()
    #expect(read(threads, count: 3).moved == ["(t10)", "(t11)", "(t12)"])
    try tree.remove("10/task/11")
    try tree.thread(10, 13, "t13")
    #expect(read(threads, count: 3).moved == ["(t13)"])
    #expect(threads.threads.map(\.id) == [10, 12, 13])
    try tree.thread(10, 12, "other", start: 300, schedstat: "1 1 1\n")
    #expect(read(threads, count: 3).moved == ["(other)"])
    try tree.thread(10, 14, "t14")
    #expect(read(threads, count: 4).moved == ["(t14)"])
    // One that came where another went, whose end was not yet seen in the number.
    try tree.thread(10, 15, "t15")
    #expect(read(threads, count: 4).moved == [])
    tree.pass(UInt64(Limits.threadListSeconds))
    #expect(read(threads, count: 4).moved == ["(t15)"])
    try tree.remove("10")
    #expect(read(threads, count: 4).moved == [])
    #expect(threads.threads.isEmpty)
  }

  @Test("A stat file that is cut ends the thread until it is whole", arguments: ["", "10 (main", "10 (main) S 1 1"])
  func broken(text: String) throws {
    try tree.thread(10, 10, "main")
    let threads = threads()
    _ = read(threads, count: 1)
    try tree.write("10/task/10/stat", text)
    try tree.write("10/task/10/schedstat", "9 9 9\n")
    #expect(read(threads, count: 1).moved == [])
    #expect(threads.threads.isEmpty)
    try tree.thread(10, 10, "main")
    #expect(read(threads, count: 1).moved == ["(main)"])
  }

  @Test("Past the room threads are left out and counted")
  func room() throws {
    for id in 10..<20 { try tree.thread(10, id, "t\(id)") }
    let threads = threads()
    #expect(read(threads, count: 10, room: 4).moved == ["(t10)", "(t11)", "(t12)", "(t13)"])
    #expect(threads.leftOut == 6)
    #expect(read(threads, count: 10, room: 4).files == 4)
  }

  @Test("Without rights the files that need them are not tried, and a sleeping thread still costs one read")
  func rights() throws {
    try tree.remove("10/cwd")
    try tree.thread(10, 10, "main", wchan: "0", io: "read_bytes: 5\n")
    let threads = threads()
    _ = read(threads, count: 1)
    #expect(threads.threads[0].figures.files.readBytes == nil)
    #expect(read(threads, count: 1).files == 1)
  }
}
