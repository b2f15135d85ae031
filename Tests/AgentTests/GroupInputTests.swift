import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Process groups")
struct GroupInputTests {
  private let tree: ProcTree
  private let log = RecordingLog()
  /// In ticks since boot, after the agent's first look.
  private let later: UInt64 = 100_500

  init() throws {
    tree = try ProcTree()
    try tree.process(91, "vitals", parent: 1)
    try tree.link("self", to: "91")
    tree.now.boot = 1_000_000_000_000
  }

  /// The processes of a watch, summed up.
  private final class Groups {
    let processes: ProcessInput
    let input: GroupInput
    private let tree: ProcTree

    init(_ tree: ProcTree, _ log: RecordingLog, _ watch: String) throws {
      self.tree = tree
      processes = ProcessInput(paths: tree.paths, watches: [try Watch.parse(watch)], log: log)
      input = GroupInput(paths: tree.paths, named: ["api"], heldFiles: 2, source: processes)
    }

    /// What stands there after a tick, without the names' beginning.
    func tick(_ name: String? = nil) -> [String: Double] {
      sample()
      tree.pass()
      return collect(name)
    }

    func sample() {
      processes.sample(at: tree.now)
      input.sample(at: tree.now)
    }

    func collect(_ name: String? = nil) -> [String: Double] {
      let sink = RecordingSink.of(input)
      #expect(sink.duplicates.isEmpty)
      var found: [String: Double] = [:]
      for sample in sink.samples where sample.name.hasPrefix("namedprocess_namegroup_\(name ?? "")") {
        let others = sample.labels.pairs.filter { $0.name != "groupname" }.map(\.value)
        found[([String(sample.name.dropFirst(23))] + others).joined(separator: " ")] = sample.value
      }
      return found
    }
  }

  private func groups(_ watch: String = "api=app") throws -> Groups { try Groups(tree, log, watch) }

  @Test("A service without a process is a group of none, and nothing else is known of it")
  func none() throws {
    #expect(try groups().tick() == ["num_procs": 0])
  }

  @Test("All figures of a process; those without a file are absent, not zero")
  func figures() throws {
    try tree.process(10, "app", start: 250, user: 130, threads: 1)
    let groups = try groups()
    let bare = groups.tick()
    #expect(bare["num_procs"] == 1)
    #expect(bare["cpu_seconds_total user"] == 0)
    let absent = ["read_bytes_total", "context_switches_total voluntary", "memory_bytes swapped", "open_filedesc"]
    for name in absent + ["worst_fd_ratio"] { #expect(bare[name] == nil, "\(name)") }
    try tree.process(10, "app", start: 250, user: 180, threads: 1)
    try tree.write("10/io", "read_bytes: 4096\nwrite_bytes: 8192\n")
    try tree.write("10/limits", "Max open files            10                 20               files\n")
    try tree.write(
      "10/status", "VmSwap:\t      8 kB\nvoluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\n")
    for number in 0..<4 { try tree.link("10/fd/\(number)", to: "/dev/null") }
    try tree.write("10/wchan", "do_epoll_wait")
    _ = groups.tick()
    try tree.write("10/io", "read_bytes: 5096\nwrite_bytes: 9192\n")
    try tree.write("10/status", "VmSwap:\t      8 kB\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t9\n")
    tree.pass(UInt64(Limits.groupRenewSeconds))
    _ = groups.tick()
    let all = groups.tick()
    let wanted: [String: Double] = [
      "num_procs": 1, "cpu_seconds_total user": 0.5, "cpu_seconds_total system": 0, "read_bytes_total": 1_000,
      "write_bytes_total": 1_000, "major_page_faults_total": 0, "minor_page_faults_total": 0,
      "context_switches_total voluntary": 2, "context_switches_total nonvoluntary": 5,
      "memory_bytes resident": Double(5 * PageSize.bytes), "memory_bytes virtual": 8_192, "memory_bytes swapped": 8_192,
      "oldest_start_time_seconds": 1_699_999_002.5, "num_threads": 1, "states Running": 0, "states Sleeping": 1,
      "states Waiting": 0, "states Zombie": 0, "states Other": 0, "threads_wchan do_epoll_wait": 1,
    ]
    for (name, value) in wanted { #expect(all[name] == value, "\(name)") }
    // A directory's size is the number of descriptors in procfs alone.
    let open = try #require(all["open_filedesc"])
    #expect(all["worst_fd_ratio"] == open / 10)
    #expect(all.count == wanted.count + 2)
  }

  @Test("Threads by state, of each process; those of a dead one and of one past the limit of its service are nobody's")
  func states() throws {
    try tree.process(10, "app", threads: 3)
    try tree.thread(10, 10, "app")
    try tree.thread(10, 11, "pool", state: "D")
    try tree.thread(10, 12, "pool", state: "t")
    try tree.process(11, "worker", parent: 10, state: "Z", threads: 1)
    for id in 100..<100 + Limits.processesPerService { try tree.process(id, "worker", parent: 10, threads: 1) }
    let groups = try groups()
    for _ in 0..<3 { _ = groups.tick() }
    let samples = RecordingSink.of(groups.input).samples.filter { $0.name == "vitals_process_threads_state" }
    #expect(samples.count == 5 * Limits.processesPerService)
    let first = samples.filter { $0.labels["pid"] == "10" }
    #expect(
      first.map { "\($0.labels["state"] ?? "") \($0.value)" } == [
        "running 0.0", "sleeping 1.0", "disk_sleep 1.0", "stopped 1.0", "other 0.0",
      ])
    #expect(Set(samples.map { $0.labels["name"] }) == ["app", "worker"])
    #expect(!samples.contains { $0.labels["pid"] == "11" })
  }

  @Test("What workers counted stays when they leave, new ones count from their beginning, an id that comes back is new")
  func workers() throws {
    try tree.process(10, "app", user: 1_000)
    try tree.process(11, "worker", parent: 10, user: 500)
    let groups = try groups()
    #expect(groups.tick("cpu")["cpu_seconds_total user"] == 0)
    try tree.process(11, "worker", parent: 10, user: 600)
    try tree.process(12, "worker", parent: 10, start: later, user: 30)
    #expect(groups.tick("cpu")["cpu_seconds_total user"] == 1.3)
    try tree.remove("11")
    try tree.process(12, "worker", parent: 10, start: later + 9, user: 20)
    #expect(groups.tick("cpu")["cpu_seconds_total user"] == 1.5)
    try tree.remove("10")
    try tree.remove("12")
    let empty = groups.tick()
    #expect(empty["cpu_seconds_total user"] == 1.5)
    #expect(empty["num_procs"] == 0)
    #expect(empty["memory_bytes resident"] == 0)
    #expect(empty["oldest_start_time_seconds"] == nil)
    try tree.process(20, "app", start: later + 99, user: 50)
    #expect(groups.tick("cpu")["cpu_seconds_total user"] == 2)
  }

  @Test("The dead that wait for their parent are there, and nobody else's")
  func zombies() throws {
    try tree.process(10, "app", threads: 1)
    try tree.process(11, "worker", parent: 10, threads: 1)
    try tree.process(12, "sh", parent: 10, state: "Z", threads: 1)
    try tree.process(13, "sh", parent: 1, state: "Z", threads: 1)
    let groups = try groups()
    let states = groups.tick("states")
    #expect(states["states Zombie"] == 1)
    #expect(states["states Sleeping"] == 2)
    // A member that dies, and whose parent is another one's, is remembered.
    try tree.process(10, "app", state: "Z", threads: 1)
    try tree.process(11, "worker", parent: 1, threads: 1)
    _ = groups.tick()
    #expect(groups.tick()["states Zombie"] == 2)
    #expect(groups.collect()["num_procs"] == 2)
    try tree.remove("10")
    try tree.remove("12")
    #expect(groups.tick("states")["states Zombie"] == 0)
  }

  @Test("Threads by name, in their states and where they wait; the main thread stands for the process too")
  func threads() throws {
    try tree.process(10, "app", threads: 3)
    try tree.thread(10, 10, "app", status: "voluntary_ctxt_switches:\t1\n")
    try tree.thread(10, 11, "pool_1", user: 50, state: "D", wchan: "submit_bio_wait")
    try tree.thread(10, 12, "pool_1", user: 60, state: "R", wchan: "0", status: "voluntary_ctxt_switches:\t5\n")
    try tree.link("10/cwd", to: "/")
    try tree.write("10/status", "voluntary_ctxt_switches:\t1\n")
    let groups = try groups()
    let first = groups.tick()
    #expect(first["thread_count pool_1"] == 2)
    #expect(first["thread_cpu_seconds_total user pool_1"] == 0)
    #expect(first["thread_io_bytes_total read pool_1"] == nil)
    #expect([first["states Sleeping"], first["states Waiting"], first["states Running"]] == [2, 1, 1])
    #expect(first["threads_wchan do_epoll_wait"] == 2)
    #expect(first["threads_wchan submit_bio_wait"] == 1)
    try tree.thread(
      10, 12, "pool_1", user: 90, schedstat: "9 9 9\n", status: "voluntary_ctxt_switches:\t8\n")
    try tree.thread(10, 13, "short", start: later, user: 7, status: "voluntary_ctxt_switches:\t2\n")
    try tree.process(10, "app", threads: 4)
    let second = groups.tick()
    #expect(second["thread_cpu_seconds_total user pool_1"] == 0.3)
    #expect(second["thread_cpu_seconds_total user short"] == 0.07)
    #expect(second["thread_context_switches_total voluntary pool_1"] == 3)
    // Seen in the sum of the process at the next tick, as what was read in this one.
    for id in 12...13 { try tree.remove("10/task/\(id)") }
    try tree.process(10, "app", threads: 2)
    let third = groups.tick()
    #expect(third["context_switches_total voluntary"] == 5)
    #expect(third["thread_count short"] == 0)
    #expect(third["thread_cpu_seconds_total user short"] == 0.07)
    #expect(third["num_threads"] == 2)
    try tree.remove("10/task/11")
    try tree.process(10, "app", threads: 1)
    try tree.write("10/wchan", "poll_schedule_timeout")
    let alone = groups.tick()
    #expect(alone["states Sleeping"] == 1)
    #expect(alone["threads_wchan poll_schedule_timeout"] == 1)
    #expect(alone["context_switches_total voluntary"] == 5)
  }

  @Test("Processes past the limit on series are summed up too, in turns within the budget of reads")
  func many() throws {
    try tree.process(1_000, "app", threads: 1)
    let count = Limits.processesPerService + 100
    for pid in 1_001..<(1_000 + count) {
      try tree.process(pid, "worker", parent: 1_000, threads: 1)
      try tree.write("\(pid)/io", "read_bytes: 10\nwrite_bytes: 0\n")
    }
    let groups = try groups()
    #expect(groups.tick()["num_procs"] == Double(count))
    for _ in 0..<4 { _ = groups.tick() }
    for pid in 1_001..<(1_000 + count) {
      try tree.process(pid, "worker", parent: 1_000, user: 1, threads: 1)
      try tree.write("\(pid)/io", "read_bytes: 20\nwrite_bytes: 0\n")
    }
    let partly = groups.tick("read")["read_bytes_total"] ?? 0
    #expect(partly < Double(count - 1) * 10)
    for _ in 0..<4 { _ = groups.tick() }
    #expect(groups.tick("read")["read_bytes_total"] == Double(count - 1) * 10)
  }

  @Test("Threads are looked at seldom while nobody scrapes, and their age is told")
  func demand() throws {
    try tree.process(10, "app", threads: 1)
    try tree.write("10/wchan", "before")
    let groups = try groups()
    func age(_ wait: UInt64) -> Double? {
      tree.pass(wait)
      groups.sample()
      return RecordingSink.of(groups.input)["vitals_group_threads_age_seconds", #"service="api""#]
    }
    _ = groups.tick()
    try tree.write("10/wchan", "after")
    // One that has used no CPU is not asked at every tick.
    #expect(groups.tick("threads_w") == ["threads_wchan before": 1])
    try tree.process(10, "app", user: 5, threads: 1)
    #expect(groups.tick("threads_w") == ["threads_wchan after": 1])
    #expect(age(0) == 1)
    tree.pass(UInt64(Limits.groupAskedSeconds))
    groups.sample()
    tree.pass(UInt64(Limits.groupAskedSeconds))
    groups.sample()
    #expect(age(8) == 8)
    #expect(age(1) == 0)
  }

  @Test("A process with very many threads is looked at as seldom as the budget of reads allows")
  func manyThreads() throws {
    try tree.process(10, "app", threads: 300)
    for id in 10..<310 { try tree.thread(10, id, "t", state: "R", wchan: "0") }
    let groups = try groups()
    var ages: [Double] = []
    for _ in 0..<14 {
      _ = groups.tick()
      let sink = RecordingSink.of(groups.input)
      ages.append(sink["vitals_group_threads_age_seconds", #"service="api""#] ?? -1)
    }
    // Three files each without rights, twice as many at first, at 256 a second.
    #expect(ages == [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 0, 1, 2, 3])
  }

  @Test("Where the processes were not walked over nothing is done")
  func rests() throws {
    try tree.process(10, "app", threads: 1)
    let groups = try groups()
    #expect(groups.tick()["num_procs"] == 1)
    try tree.remove("10")
    groups.input.sample(at: tree.now)
    #expect(groups.collect()["num_procs"] == 1)
  }

  @Test("The history keeps none of it")
  func history() throws { #expect(try !groups().input.isRemembered) }
}
