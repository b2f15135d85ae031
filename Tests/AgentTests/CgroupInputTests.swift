import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Cgroups")
struct CgroupInputTests {
  private static let api = #"id="/system.slice/api.service""#

  @Test("Version 2: all figures under cAdvisor's names, in its units")
  func unified() throws {
    let tree = try CgroupTree.unified()
    try tree.cgroup("/system.slice", ["cgroup.events": "populated 1\n", "memory.max": "max\n"])
    try tree.cgroup("/system.slice/vitals.service", ["cgroup.events": "populated 1\n"])
    try tree.add("api", 10, "0::/system.slice/api.service")
    try tree.cgroup("/system.slice/api.service", CgroupFixture.unified)
    try tree.files.link("sys/dev/block/254:0", to: "../../devices/pci0000:00/virtio1/block/vda")
    let input = tree.input()
    let sink = tree.sample(input)
    #expect(sink.lines.filter { $0.contains("api.service") } == CgroupFixture.unifiedLines)
    #expect(sink.duplicates.isEmpty)
    #expect(input.malformedLines == 0)
    #expect(tree.log.lines.isEmpty)
  }

  @Test("Version 1: the trees of several controllers are one cgroup")
  func split() throws {
    let tree = try CgroupTree()
    let trees = ["cpu,cpuacct", "memory", "blkio", "pids"]
    try tree.mount(trees.map { ("/", "/\($0)", "cgroup", $0) })
    for one in trees { try tree.cgroup("/\(one)", ["release_agent": ""]) }
    try tree.place("self", "4:memory:/", "3:cpu,cpuacct:/")
    try tree.add("api", 10, "4:memory:/a", "3:cpu,cpuacct:/a", "2:blkio:/a", "1:pids:/a", "0::/elsewhere")
    for (one, files) in CgroupFixture.split { try tree.cgroup("/\(one)/a", files) }
    let input = tree.input()
    let sink = tree.sample(input)
    #expect(sink.lines.filter { $0.contains(#"id="/a""#) } == CgroupFixture.splitLines)
    #expect(sink.duplicates.isEmpty)
    #expect(input.malformedLines == 0)
    #expect(tree.log.lines.isEmpty)
  }

  @Test("Both at once: what version 1 has is taken from there, pressure from version 2")
  func hybrid() throws {
    let tree = try CgroupTree()
    try tree.mount([
      ("/", "/memory", "cgroup", "memory"), ("/", "/systemd", "cgroup", "name=systemd"),
      ("/", "/unified", "cgroup2", "x"),
    ])
    try tree.cgroup("/memory", ["release_agent": ""])
    try tree.place("self", "0::/")
    try tree.add("api", 10, "4:memory:/m", "1:name=systemd:/s", "0::/u")
    try tree.cgroup("/memory/m", ["memory.usage_in_bytes": "7\n"])
    try tree.cgroup(
      "/unified/u",
      ["memory.current": "9\n", "cpu.stat": "usage_usec 2000000\n", "io.pressure": "some total=3000000\n"])
    let sink = tree.sample(tree.input())
    #expect(sink.values("container_memory_usage_bytes") == [#"id="/m""#: 7])
    #expect(sink.values("container_cpu_usage_seconds_total") == [#"cpu="total",id="/u""#: 2])
    #expect(sink.values("container_pressure_io_waiting_seconds_total") == [#"id="/u""#: 3])
    #expect(
      sink.values("vitals_cgroup_processes")
        == [#"id="/""#: 1, #"id="/m",service="api""#: 1, #"id="/u",service="api""#: 1])
  }

  @Test(
    "A container's namespace: its own cgroup is the root, others' are out of sight, what is above is said to be hidden")
  func namespaced() throws {
    let tree = try CgroupTree()
    tree.environment = ["POD_NAME": "web-1", "POD_NAMESPACE": "shop", "CONTAINER_NAME": "vitals"]
    try tree.mount([("/", "", "cgroup2", "nsdelegate")])
    try tree.place("self", "0::/")
    try tree.cgroup("/", ["cgroup.events": "populated 1\n", "memory.max": "1000\n", "memory.current": "400\n"])
    try tree.add("api", 10, "0::/../cri-0123.scope")
    let sink = tree.sample(tree.input())
    let labels = #"container="vitals",id="/",namespace="shop",pod="web-1""#
    #expect(sink.values("container_memory_usage_bytes") == [labels: 400])
    #expect(sink.values("vitals_cgroup_memory_limit_bytes") == [#"id="/""#: 1_000])
    #expect(
      tree.log.lines == [
        "info cgroups above those in sight may have tighter limits, which cannot be seen",
        "info a cgroup is not below any mount in sight; its metrics are absent service=api",
      ])
  }

  @Test("A container of version 1: the mount shows a cgroup as its root, and the tree tells the limit above it")
  func oldContainer() throws {
    let tree = try CgroupTree()
    try tree.mount([("/docker/1", "/memory", "cgroup", "memory"), ("/docker/1", "/cpu", "cgroup", "cpu")])
    try tree.place("self", "4:memory:/docker/1", "3:cpu:/docker/1")
    try tree.cgroup("/cpu", ["cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n"])
    try tree.cgroup(
      "/memory",
      [
        "memory.limit_in_bytes": "9223372036854771712\n", "memory.usage_in_bytes": "400\n",
        "memory.stat": "hierarchical_memory_limit 5000\ntotal_inactive_file 100\n",
      ])
    let input = tree.input()
    let sink = tree.sample(input)
    #expect(sink.values("vitals_cgroup_memory_limit_bytes") == [#"id="/..""#: 5_000])
    #expect(sink.values("vitals_cgroup_cpu_limit_cores") == [#"id="/docker/1""#: 0.5])
    #expect(sink.values("container_spec_memory_limit_bytes") == [#"id="/docker/1""#: 0])
    #expect(sink.values("container_memory_working_set_bytes") == [#"id="/docker/1""#: 300])
    #expect(tree.log.lines.count == 1)
  }

  @Test("Names of the pod go to the agent's own cgroup, the pod's, and the others in it")
  func pod() throws {
    let tree = try CgroupTree()
    tree.environment = ["POD_NAME": "web-1", "CONTAINER_NAME": "vitals"]
    try tree.mount([("/", "", "cgroup2", "x")])
    try tree.place("self", "0::/kubepods.slice/kubepods-pod7.slice/cri-a.scope")
    try tree.add("api", 10, "0::/kubepods.slice/kubepods-pod7.slice/cri-b.scope")
    try tree.add("db", 11, "0::/kubepods.slice/kubepods-pod8.slice/cri-c.scope")
    for path in [
      "", "/kubepods-pod7.slice", "/kubepods-pod7.slice/cri-a.scope", "/kubepods-pod7.slice/cri-b.scope",
      "/kubepods-pod8.slice/cri-c.scope",
    ] { try tree.cgroup("/kubepods.slice" + path, ["memory.current": "1\n"]) }
    let found = tree.sample(tree.input()).values("container_memory_usage_bytes").keys.sorted()
    #expect(
      found == [
        #"container="vitals",id="/kubepods.slice/kubepods-pod7.slice/cri-a.scope",pod="web-1""#,
        #"id="/kubepods.slice""#, #"id="/kubepods.slice/kubepods-pod7.slice",pod="web-1""#,
        #"id="/kubepods.slice/kubepods-pod7.slice/cri-b.scope",pod="web-1""#,
        #"id="/kubepods.slice/kubepods-pod8.slice/cri-c.scope""#,
      ])
  }

  static let limits: [(leaf: String, middle: String, top: String, wanted: [String: Double])] = [
    ("max 100000", "max 100000", "max 100000", [:]),
    ("", "", "", [:]),
    ("x 100000", "max", "-5 7", [:]),
    ("200000 100000", "max 100000", "max 100000", ["/a/b/c": 2]),
    ("200000 100000", "100000 100000", "max 100000", ["/a/b": 1]),
    ("200000 100000", "300000 100000", "25000 50000", ["/a": 0.5]),
    ("200000 100000", "100000 50000", "400000 200000", ["/a/b/c": 2]),
    ("max 100000", "max 100000", "1000 100000", ["/a": 0.01]),
  ]

  @Test("Of a quota and those above it the tightest binds, the nearest of alike ones", arguments: limits)
  func tightest(leaf: String, middle: String, top: String, wanted: [String: Double]) throws {
    let tree = try CgroupTree.unified()
    try tree.add("api", 10, "0::/a/b/c")
    for (path, quota) in [("/a/b/c", leaf), ("/a/b", middle), ("/a", top)] {
      try tree.cgroup(path, ["cpu.max": quota.isEmpty ? "" : quota + "\n"])
    }
    let found = tree.sample(tree.input()).values("vitals_cgroup_cpu_limit_cores")
    #expect(
      found == Dictionary(uniqueKeysWithValues: wanted.map { (#"id="\#($0.key)",service="api""#, $0.value) }))
  }

  @Test(
    "Where the limit sits, its throttling, working set and kills are told, of other cgroups above only what is cheap")
  func above() throws {
    let tree = try CgroupTree.unified()
    try tree.add("api", 10, "0::/a/b/c")
    let stat = "inactive_file 100\npgfault 3\n"
    for (path, limit) in [("/a/b/c", "max\n"), ("/a/b", "1000\n"), ("/a", "max\n")] {
      try tree.cgroup(
        path,
        [
          "memory.max": limit, "memory.current": "700\n", "memory.stat": stat, "memory.events": "oom_kill 2\n",
          "pids.current": "4\n", "cpu.max": path == "/a" ? "50000 100000\n" : "max 100000\n",
          "cpu.stat": "nr_periods 8\nnr_throttled 5\n",
        ])
    }
    let sink = tree.sample(tree.input())
    #expect(sink.values("vitals_cgroup_memory_limit_bytes") == [#"id="/a/b",service="api""#: 1_000])
    #expect(sink.values("container_memory_working_set_bytes") == [#"id="/a/b/c""#: 600, #"id="/a/b""#: 600])
    #expect(sink.values("container_oom_events_total").count == 3)
    #expect(sink.values("container_cpu_cfs_throttled_periods_total") == [#"id="/a""#: 5])
    #expect(sink.values("container_threads") == [#"id="/a/b/c""#: 4])
  }

  @Test("A service in several cgroups has the limits of all, and one that binds several once")
  func several() throws {
    let tree = try CgroupTree.unified()
    for (pid, path) in [(10, "/pod/a"), (11, "/pod/b"), (12, "/other"), (13, "/other")] {
      try tree.add("api", Int32(pid), "0::\(path)")
    }
    try tree.cgroup("/pod", ["memory.max": "1000\n"])
    try tree.cgroup("/other", ["memory.max": "500\n"])
    let sink = tree.sample(tree.input())
    #expect(
      sink.values("vitals_cgroup_memory_limit_bytes")
        == [#"id="/pod",service="api""#: 1_000, #"id="/other",service="api""#: 500])
    #expect(sink.values("vitals_cgroup_processes")[#"id="/other",service="api""#] == 2)
    #expect(sink.duplicates.isEmpty)
  }
}
