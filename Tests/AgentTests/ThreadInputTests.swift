import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Where threads wait")
struct ThreadInputTests {
  private let tree: ProcTree
  private let log = RecordingLog()

  init() throws { tree = try ProcTree() }

  private func thread(
    _ pid: Int, _ id: Int, _ name: String, run: Int = 0, delay: Int = 0, slices: Int = 1, wchan: String = "0",
    call: String? = nil
  ) throws {
    let directory = "\(pid)/task/\(id)"
    try tree.write("\(directory)/comm", name + "\n")
    try tree.write("\(directory)/schedstat", "\(run) \(delay) \(slices)\n")
    try tree.write("\(directory)/wchan", wchan)
    if let call { try tree.write("\(directory)/syscall", call) }
  }

  private func input(_ pids: [Int32], limit: Int = 512) throws -> ThreadInput {
    for pid in pids {
      try tree.link("\(pid)/cwd", to: "/")
      try tree.write("\(pid)/syscall", "running\n")
    }
    return ThreadInput(paths: tree.paths, log: log, limit: limit) {
      pids.map { WatchedProcess(service: "api", pid: $0, startTicks: 1) }
    }
  }

  private func pass(_ input: ThreadInput, rounds: Int = 20) {
    for _ in 0..<rounds {
      tree.now.boot += 50_000_000
      input.round(at: tree.now)
    }
  }

  private func waited(_ input: ThreadInput, _ pid: Int = 10) -> [String: Double] {
    var found: [String: Double] = [:]
    for sample in RecordingSink.of(input).samples where sample.name == "vitals_thread_wait_seconds_total" {
      guard sample.value > 0, sample.labels["pid"] == "\(pid)" else { continue }
      found["\(sample.labels["thread_name"] ?? "") \(sample.labels["kind"] ?? "")"] = sample.value
    }
    return found
  }

  @Test("Each thread's time goes to what it waits for, threads of a pool together")
  func kinds() throws {
    try thread(10, 10, "main", wchan: "do_epoll_wait")
    try thread(10, 11, "pool_1", wchan: "futex_do_wait", call: "202 0x1 0x189 0x0\n")
    try thread(10, 12, "pool_2", wchan: "futex_do_wait", call: "202 0x1 0x80 0x2\n")
    let input = try input([10])
    input.sample(at: tree.now)
    pass(input)
    #expect(waited(input) == ["main epoll": 1, "pool_# futex": 2])
    #if arch(x86_64)
      let sink = RecordingSink.of(input)
      #expect(sink["vitals_thread_mutex_wait_seconds_total", #"pid="10",service="api",thread_name="pool_#""#] == 1)
    #endif
    #expect(log.lines == [])
  }

  @Test("A thread that sleeps on costs one read a look, not two")
  func reads() throws {
    try thread(10, 10, "main", wchan: "do_epoll_wait")
    let input = try input([10])
    input.sample(at: tree.now)
    pass(input, rounds: 20)
    #expect(RecordingSink.of(input)["vitals_thread_reads_total"] == 21)
  }

  @Test("Threads that come are found at the next listing, those that go are dropped, with what they had counted kept")
  func lifetimes() throws {
    try thread(10, 10, "main", wchan: "do_epoll_wait")
    try thread(10, 11, "b", wchan: "pipe_read")
    let input = try input([10])
    input.sample(at: tree.now)
    pass(input)
    try tree.remove("10/task/11")
    try thread(10, 12, "c", wchan: "hrtimer_nanosleep")
    input.sample(at: tree.now)
    pass(input)
    #expect(waited(input) == ["main epoll": 2, "b pipe": 1, "c sleep": 1])
    #expect(RecordingSink.of(input)["vitals_thread_sampled_threads", #"service="api""#] == 2)
    #expect(RecordingSink.of(input)["vitals_thread_sampling_hertz"] == 20)
  }

  @Test("How often threads are looked at goes by those that were there, not by those that are left")
  func hertz() throws {
    for id in 10..<50 { try thread(10, id, "t", wchan: "do_epoll_wait") }
    let input = try input([10])
    input.sample(at: tree.now)
    pass(input)
    for id in 11..<50 { try tree.remove("10/task/\(id)") }
    input.sample(at: tree.now)
    let hertz = try #require(RecordingSink.of(input)["vitals_thread_sampling_hertz"])
    #expect(abs(hertz - 20) < 2)
  }

  @Test("Where the threads may not be looked into, only running and queueing is told, and why is said once")
  func rights() throws {
    try thread(10, 10, "main", run: 0, wchan: "0")
    let input = try input([10])
    // No link: as root no file can be had that may not be read.
    try tree.remove("10/cwd")
    try tree.write("10/cwd", "")
    for second in 1...3 {
      input.sample(at: tree.now)
      try thread(10, 10, "main", run: second * 5_000_000, slices: second)
      pass(input)
    }
    let kinds = RecordingSink.of(input).samples.filter { $0.name == "vitals_thread_wait_seconds_total" }
      .compactMap { $0.labels["kind"] }
    #expect(kinds == ["run", "runnable"])
    #expect(waited(input) == ["main run": 0.015])
    #expect(log.lines.count == 1)
    #expect(log.lines.first?.hasPrefix("warning where a watched service's threads wait may not be seen") == true)
  }

  @Test("A process that ends as it is first looked at is no matter of rights")
  func ended() throws {
    try thread(10, 10, "main", run: 0, wchan: "0")
    let input = try input([10])
    try tree.remove("10/cwd")
    input.sample(at: tree.now)
    pass(input)
    #expect(log.lines == [])
  }

  @Test("A file that is cut or gone ends the thread, not the round")
  func broken() throws {
    try thread(10, 10, "main", wchan: "do_epoll_wait")
    try thread(10, 11, "b", wchan: "do_epoll_wait")
    let input = try input([10])
    input.sample(at: tree.now)
    try tree.write("10/task/10/schedstat", "1 2")
    pass(input)
    #expect(waited(input) == ["b epoll": 1])
  }

  @Test("A thread that ends between two looks takes no rights from the others")
  func endsBetween() throws {
    try thread(10, 10, "main", wchan: "do_epoll_wait")
    try thread(10, 11, "short", wchan: "futex_do_wait")
    try thread(10, 12, "lock", slices: 1, wchan: "futex_do_wait", call: "202 0x1 0x80 0x2\n")
    let input = try input([10])
    input.sample(at: tree.now)
    pass(input)
    let sink = RecordingSink.of(input)
    #if arch(x86_64)
      #expect(sink["vitals_thread_mutex_wait_seconds_total", #"pid="10",service="api",thread_name="lock""#] == 1)
    #else
      #expect(sink.names.contains("vitals_thread_mutex_wait_seconds_total"))
    #endif
  }

  @Test("Past the limits threads are left out and counted, names share `other`, and rounds take turns")
  func limits() throws {
    for id in 0..<40 { try thread(10, 100 + id, "t\(id)x", slices: 1, wchan: "do_epoll_wait") }
    let input = try input([10], limit: 35)
    input.sample(at: tree.now)
    let sink = RecordingSink.of(input)
    #expect(sink["vitals_thread_sampled_threads", #"service="api""#] == 35)
    #expect(sink["vitals_thread_left_out_threads", #"service="api""#] == 5)
    let names = Set(sink.samples.compactMap { $0.labels["thread_name"] })
    #expect(names.count == Limits.threadNamesPerProcess + 1)
    #expect(names.contains("other"))
    // 50 reads a round at two a thread: some 25 of the 35 threads.
    pass(input, rounds: 1)
    #expect(waited(input).values.reduce(0, +) < 35 * 0.05)
    pass(input, rounds: 19)
    #expect(abs(waited(input).values.reduce(0, +) - 35) < 1)
  }

  @Test("A process that is gone takes its series with it; its id in other hands begins anew")
  func reuse() throws {
    try thread(10, 10, "main", wchan: "do_epoll_wait")
    try tree.link("10/cwd", to: "/")
    var targets = [WatchedProcess(service: "api", pid: 10, startTicks: 1)]
    let input = ThreadInput(paths: tree.paths, log: log, limit: 9) { targets }
    input.sample(at: tree.now)
    pass(input)
    targets = [WatchedProcess(service: "api", pid: 10, startTicks: 2)]
    input.sample(at: tree.now)
    pass(input, rounds: 2)
    #expect(waited(input) == ["main epoll": 0.1])
    targets = []
    input.sample(at: tree.now)
    #expect(input.isIdle)
    #expect(waited(input) == [:])
  }
}
