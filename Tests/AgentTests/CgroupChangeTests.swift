import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("What cgroups do over time")
struct CgroupChangeTests {
  private func usage(_ sink: RecordingSink) -> [String: Double] { sink.values("container_memory_usage_bytes") }

  @Test("Without a mount, or without a file, there is nothing and it is said once", arguments: [true, false])
  func nothing(hasMount: Bool) throws {
    let tree = try CgroupTree()
    if hasMount { try tree.mount([("/", "", "cgroup2", "x")]) }
    let input = tree.input()
    for _ in 0..<3 {
      let sink = tree.sample(input, after: UInt64(Limits.cgroupRenewSeconds))
      #expect(
        sink.lines == [#"vitals_cgroup_left_out{kind="cgroup"} 0.0"#, #"vitals_cgroup_left_out{kind="device"} 0.0"#])
    }
    #expect(input.malformedLines == 0)
    let said = "info no tree of cgroups is mounted; their metrics are absent"
    #expect(tree.log.lines == (hasMount ? [] : [said]))
  }

  @Test("Kept open or not, a file's new text is seen; limits every few seconds", arguments: [0, 64, 1_024] as [UInt64])
  func renewed(descriptors: UInt64) throws {
    let tree = try CgroupTree.unified()
    try tree.add("api", 10, "0::/a")
    let input = tree.input(descriptors: descriptors)
    for value in [5.0, 70, 6] {
      try tree.cgroup("/a", ["memory.current": "\(Int(value))\n", "memory.max": "\(Int(value) * 10)\n"])
      let sink = tree.sample(input)
      #expect(usage(sink) == [#"id="/a""#: value])
      #expect(sink.values("container_spec_memory_limit_bytes") == [#"id="/a""#: 50])
    }
    tree.files.pass(UInt64(Limits.cgroupSlowSeconds))
    #expect(tree.sample(input).values("container_spec_memory_limit_bytes") == [#"id="/a""#: 60])
  }

  @Test("A file that goes away takes its figures with it; one that comes later is found")
  func comesAndGoes() throws {
    let tree = try CgroupTree.unified()
    try tree.add("api", 10, "0::/a")
    try tree.cgroup("/a", ["pids.current": "4\n"])
    let input = tree.input(descriptors: 0)
    #expect(tree.sample(input).values("container_threads") == [#"id="/a""#: 4])
    try tree.files.remove("sys/fs/cgroup/a/pids.current")
    try tree.cgroup("/a", ["memory.current": "9\n"])
    let sink = tree.sample(input, after: UInt64(Limits.cgroupRetrySeconds))
    #expect(sink.values("container_threads").isEmpty)
    #expect(usage(sink).isEmpty)
    #expect(usage(tree.sample(input)) == [#"id="/a""#: 9])
    #expect(input.malformedLines == 0)
  }

  @Test("A cgroup that was gone at a look, and is made again with a new process, is seen at the next")
  func returns() throws {
    let tree = try CgroupTree.unified()
    try tree.add("api", 10, "0::/a")
    try tree.cgroup("/a", ["memory.current": "9\n"])
    let input = tree.input(descriptors: 0)
    #expect(usage(tree.sample(input)) == [#"id="/a""#: 9])
    try tree.files.remove("sys/fs/cgroup/a/memory.current")
    #expect(usage(tree.sample(input)).isEmpty)
    tree.services = []
    try tree.add("api", 11, "0::/a")
    try tree.cgroup("/a", ["memory.current": "1\n"])
    #expect(usage(tree.sample(input)) == [#"id="/a""#: 1])
  }

  @Test("A process that ends, and a new one with its id in another cgroup")
  func lives() throws {
    let tree = try CgroupTree.unified()
    for path in ["/a", "/b"] { try tree.cgroup(path, ["memory.current": "1\n"]) }
    try tree.add("api", 10, "0::/a")
    let input = tree.input()
    #expect(Array(usage(tree.sample(input)).keys) == [#"id="/a""#])
    try tree.place("10", "0::/b")
    tree.services = [WatchedProcess(service: "api", pid: 10, startTicks: 100)]
    #expect(Array(usage(tree.sample(input)).keys) == [#"id="/a""#])
    tree.services = [WatchedProcess(service: "api", pid: 10, startTicks: 200)]
    #expect(Array(usage(tree.sample(input)).keys) == [#"id="/b""#])
    tree.services = []
    #expect(usage(tree.sample(input)).isEmpty)
    #expect(tree.sample(input).values("vitals_cgroup_processes") == [#"id="/system.slice/vitals.service""#: 1])
  }

  @Test("A process that is moved is followed: soon when it is young, later with the next look")
  func moved() throws {
    let tree = try CgroupTree.unified()
    for path in ["/a", "/b", "/c"] { try tree.cgroup(path, ["memory.current": "1\n"]) }
    try tree.add("api", 10, "0::/a")
    let input = tree.input()
    tree.sample(input)
    try tree.place("10", "0::/b")
    tree.files.pass(UInt64(Limits.cgroupYoungSeconds))
    #expect(Array(usage(tree.sample(input)).keys) == [#"id="/b""#])
    try tree.place("10", "0::/c")
    tree.files.pass(UInt64(Limits.cgroupYoungSeconds))
    #expect(Array(usage(tree.sample(input)).keys) == [#"id="/b""#])
    tree.files.pass(UInt64(Limits.cgroupMemberSeconds - Limits.cgroupYoungSeconds))
    #expect(Array(usage(tree.sample(input)).keys) == [#"id="/c""#])
  }

  @Test("How soon it is noticed that a process was moved", arguments: [(1, 15), (32, 16), (64, 31), (300, 60)])
  func members(count: Int32, seconds: Int) throws {
    let tree = try CgroupTree.unified()
    try tree.place("10", "0::/a")
    let members = CgroupMembers(proc: tree.files.paths.proc + "/proc")
    let all = (10..<10 + count).map { WatchedProcess(service: "api", pid: $0, startTicks: 100) }
    for _ in 0..<2 {
      _ = members.renew(all, at: tree.files.now)
      tree.files.pass(UInt64(Limits.cgroupYoungSeconds))
    }
    try tree.place("10", "0::/b")
    var passed = Int(Limits.cgroupYoungSeconds)
    while !members.renew(all, at: tree.files.now), passed < 100 {
      tree.files.pass()
      passed += 1
    }
    #expect(passed == seconds)
  }

  @Test("A process whose file is gone or garbled is in no cgroup, and harms nobody")
  func garbled() throws {
    let tree = try CgroupTree.unified()
    try tree.cgroup("/a", ["memory.current": "1\n", "memory.max": "\u{0}\n", "cpu.stat": "usage_usec 1e9\n"])
    // As with psi=0, a file that is there and cannot be read.
    try tree.files.write("sys/fs/cgroup/a/io.pressure/x", "")
    tree.services = [WatchedProcess(service: "api", pid: 9, startTicks: 100)]
    try tree.add("api", 10, "not a cgroup")
    try tree.add("api", 11, "0::/a")
    let input = tree.input()
    let sink = tree.sample(input)
    #expect(usage(sink) == [#"id="/a""#: 1])
    #expect(sink.names.allSatisfy { !$0.contains("pressure") && !$0.contains("cpu") })
    #expect(input.malformedLines == 3)
  }

  @Test("Past the limit cgroups are counted; those with processes go first")
  func many() throws {
    let tree = try CgroupTree.unified()
    for index in 0..<Limits.cgroups + 5 {
      try tree.add("api", Int32(10 + index), "0::/top/g\(index)/leaf")
      try tree.cgroup("/top/g\(index)/leaf", ["memory.current": "1\n"])
    }
    let input = tree.input()
    // Not more processes than the limit are asked at once.
    tree.sample(input)
    let sink = tree.sample(input)
    // The agent's own is one.
    #expect(usage(sink).count == Limits.cgroups - 1)
    #expect(usage(sink).keys.allSatisfy { $0.contains("/leaf") })
    #expect((sink[#"vitals_cgroup_left_out"#, #"kind="cgroup""#] ?? 0) > 5)
    #expect(sink.duplicates.isEmpty)
  }

  @Test("A series keeps its place and the identity of its labels")
  func stable() throws {
    let tree = try CgroupTree.unified()
    try tree.add("api", 10, "0::/system.slice/api.service")
    try tree.cgroup("/system.slice/api.service", CgroupFixture.unified)
    let input = tree.input()
    let first = tree.sample(input).lines.filter { !$0.hasPrefix("container_last_seen") }
    try tree.add("api", 11, "0::/system.slice/api.service")
    tree.sample(input)
    let second = tree.sample(input).lines.filter { !$0.hasPrefix("container_last_seen") }
    #expect(
      second
        == first.map {
          $0.hasPrefix("vitals_cgroup_processes") && $0.contains("api") ? $0.replacing("1.0", with: "2.0") : $0
        })
  }
}
