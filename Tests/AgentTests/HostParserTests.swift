import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Odd and broken kernel files")
struct HostParserTests {
  /// Samples of `family` (or of all) after one reading of the file.
  private func check(
    _ one: KernelCase, _ file: String, only name: String? = nil, _ make: (KernelPaths, any EventLog) -> any Input
  ) throws {
    let tree = try ProcTree()
    try tree.write(file, bytes: one.bytes)
    let input = make(tree.paths, RecordingLog())
    input.sample(at: tree.now)
    let sink = RecordingSink.of(input)
    #expect(sink.lines.filter { name == nil || $0.hasPrefix(name ?? "") } == one.wanted)
    #expect(input.malformedLines == one.malformed)
    #expect(sink.duplicates.isEmpty)
  }

  private static let four = ["user", "nice", "system", "idle"].enumerated().map {
    "node_cpu_seconds_total{cpu=\"0\",mode=\"\($0.element)\"} \(Double($0.offset + 1))"
  }

  @Test(
    "stat",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("the line cut in its name", "cpu"),
      KernelCase("the line cut behind its name", "cpu0", malformed: 1),
      KernelCase("three columns", "cpu0 1 2 3\n", malformed: 1),
      KernelCase("no number", "cpu0 1 2 x 4\n", malformed: 1),
      KernelCase("a negative number", "cpu0 1 2 -3 4\n", malformed: 1),
      KernelCase("21 digits", "cpu0 1 2 3 123456789012345678901\n", malformed: 1),
      KernelCase("a core without number", "cpux 1 2 3 4\n", malformed: 1),
      KernelCase("a core's number past 64 bits", "cpu99999999999999999999 1 2 3 4\n", malformed: 1),
      KernelCase("a broken scalar", "ctxt\nbtime x\nprocesses 99999999999999999999\n", malformed: 3),
      KernelCase("an old kernel's four columns", "cpu  9 9 9 9\ncpu0 100 200 300 400\n", four),
      KernelCase(
        "columns of a kernel to come", "cpu0 1 0 0 0 0 0 0 0 2 0 77 88\n",
        ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"].map {
          "node_cpu_seconds_total{cpu=\"0\",mode=\"\($0)\"} \($0 == "user" ? 0.01 : 0.0)"
        } + [
          "node_cpu_guest_seconds_total{cpu=\"0\",mode=\"user\"} 0.02",
          "node_cpu_guest_seconds_total{cpu=\"0\",mode=\"nice\"} 0.0",
        ]),
      KernelCase("no line feed at the end", "ctxt 5", ["node_context_switches_total 5.0"]),
      KernelCase("the same core twice", "cpu0 100 200 300 400\ncpu0 1 1 1 390\n", four),
    ])
  func stat(one: KernelCase) throws { try check(one, "stat") { CPUInput(paths: $0, log: $1) } }

  @Test(
    "meminfo",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("no value", "MemTotal:\n", malformed: 1),
      KernelCase("no colon", "MemTotal 5 kB\n", malformed: 1),
      KernelCase("only a colon", ": 5 kB\n", malformed: 1),
      KernelCase("no number", "MemTotal: five kB\n", malformed: 1),
      KernelCase("21 digits", "MemTotal: 123456789012345678901 kB\n", malformed: 1),
      KernelCase("bytes past 64 bits", "MemTotal: 18446744073709551615 kB\n", malformed: 1),
      KernelCase("an unknown unit", "MemTotal: 5 MB\n", malformed: 1),
      KernelCase("a name that no metric may have", "Mem-Total: 5 kB\n", malformed: 1),
      KernelCase("a blank line", "\nMemFree: 1 kB\n", ["node_memory_MemFree_bytes 1024.0"], malformed: 1),
      KernelCase(
        "the same field twice", "MemFree: 1 kB\nMemFree: 2 kB\n", ["node_memory_MemFree_bytes 1024.0"], malformed: 1),
      KernelCase(
        "before Linux 3.14: available is absent", "MemTotal: 2 kB\nMemFree: 1 kB\n",
        ["node_memory_MemTotal_bytes 2048.0", "node_memory_MemFree_bytes 1024.0"]),
      KernelCase(
        "parentheses and counts", "Active(anon):  3 kB\nHugePages_Total:   4\n",
        ["node_memory_Active_anon_bytes 3072.0", "node_memory_HugePages_Total 4.0"]),
    ])
  func meminfo(one: KernelCase) throws { try check(one, "meminfo") { MemoryInput(paths: $0, log: $1) } }

  @Test(
    "loadavg",
    arguments: [
      KernelCase("empty", "", malformed: 1),
      KernelCase("two figures", "0.1 0.2\n", malformed: 1),
      KernelCase("no number", "0.1 x 0.3 1/2 3\n", malformed: 1),
      KernelCase("not finite", "0.1 inf 0.3 1/2 3\n", malformed: 1),
      KernelCase("not a number", "nan 0.1 0.3 1/2 3\n", malformed: 1),
      KernelCase("negative", "-0.1 0.1 0.3 1/2 3\n", malformed: 1),
      KernelCase("three alone", "1.5 2 3.25\n", ["node_load1 1.5", "node_load5 2.0", "node_load15 3.25"]),
    ])
  func loadavg(one: KernelCase) throws { try check(one, "loadavg") { LoadInput(paths: $0, log: $1) } }

  @Test(
    "vmstat",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("no value", "pgfault\n", malformed: 1),
      KernelCase("no number", "pgfault x\n", malformed: 1),
      KernelCase("21 digits", "pgpgin 123456789012345678901\n", malformed: 1),
      KernelCase("a name that no metric may have", "pg-fault 3\n", malformed: 1),
      KernelCase("not wanted, and not looked at", "nr_free x\npgalloc 5\nother y\n"),
      KernelCase("before Linux 4.13: no oom_kill", "pgmajfault 3\n", ["node_vmstat_pgmajfault 3.0"]),
    ])
  func vmstat(one: KernelCase) throws { try check(one, "vmstat") { VMStatInput(paths: $0, log: $1) } }

  @Test(
    "diskstats",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("cut before the name", "   8    0\n", malformed: 1),
      KernelCase("ten figures", "8 0 sda 1 2 3 4 5 6 7 8 9 10\n", malformed: 1),
      KernelCase("a word among the figures", "8 0 sda 1 2 3 x 5 6 7 8 9 10 11\n", malformed: 1),
      KernelCase("21 digits", "8 0 sda 123456789012345678901 2 3 4 5 6 7 8 9 10 11\n", malformed: 1),
      KernelCase("a partition and a loop device", "8 1 sda1 1 2 3\n7 0 loop0 1\n259 1 nvme0n1p2 1\n1 0 ram3 1\n"),
      KernelCase(
        "eleven figures of old kernels", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n", disk("sda", 11)),
      KernelCase(
        "more figures than are known", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\n", disk("sda", 17)),
      KernelCase("odd characters", "9 0 md/0:x\"\\ 1 2 3 4 5 6 7 8 9 10 11\n", disk(#"md/0:x\"\\"#, 11)),
      KernelCase(
        "two names that are the same in UTF-8",
        bytes: [0xFF, 0xFE].flatMap { Array("8 0 ".utf8) + [$0] + Array(" 1 2 3 4 5 6 7 8 9 10 11\n".utf8) },
        disk("\u{FFFD}", 11), malformed: 1),
    ])
  func diskstats(one: KernelCase) throws { try check(one, "diskstats") { DiskInput(paths: $0, log: $1) } }

  /// The samples of a disk whose columns are 1, 2, 3 and so on.
  private static func disk(_ device: String, _ columns: Int) -> [String] {
    let names = [
      "reads_completed_total", "reads_merged_total", "read_bytes_total", "read_time_seconds_total",
      "writes_completed_total", "writes_merged_total", "written_bytes_total", "write_time_seconds_total", "io_now",
      "io_time_seconds_total", "io_time_weighted_seconds_total", "discards_completed_total", "discards_merged_total",
      "discarded_sectors_total", "discard_time_seconds_total", "flush_requests_total",
      "flush_requests_time_seconds_total",
    ]
    return names.prefix(columns).enumerated().map { index, name in
      let scale = name.contains("_bytes") ? 512 : name.contains("seconds") ? 0.001 : 1.0
      return "node_disk_\(name){device=\"\(device)\"} \(Double(index + 1) * scale)"
    }
  }

  @Test(
    "Which devices are left out",
    arguments: [
      ("sda", false), ("sda1", true), ("sdaa1", false), ("vdb12", true), ("xvda1", true), ("hdc3", true),
      ("nvme0n1", false), ("nvme0n1p1", true), ("nvmep1", false), ("mmcblk0p1", false), ("dm-0", false),
      ("md127", false), ("loop", false), ("loop0", true), ("fd0", true), ("zram0", true), ("sr0", false), ("1", false),
      ("", false), ("sda\u{661}", false),
    ])
  func leftOut(device: String, wanted: Bool) { #expect(DiskInput.isLeftOut(device) == wanted) }

  @Test(
    "net/dev",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("only its head", "Inter-|   Receive\n face |bytes\n"),
      KernelCase("no name", ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", malformed: 1),
      KernelCase("15 figures", "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n", malformed: 1),
      KernelCase("no number", "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 x\n", malformed: 1),
      KernelCase("21 digits", "eth0: 123456789012345678901 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", malformed: 1),
      KernelCase(
        "no blank behind the colon", "  eth0:7 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
        ["node_network_receive_bytes_total{device=\"eth0\"} 7.0"]),
      KernelCase(
        "a name with a colon", "eth0:1: 7 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
        ["node_network_receive_bytes_total{device=\"eth0:1\"} 7.0"]),
      KernelCase(
        "more figures than are known", "a\"b: 7 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 x\n",
        ["node_network_receive_bytes_total{device=\"a\\\"b\"} 7.0"]),
      KernelCase(
        "two names that are the same in UTF-8",
        bytes: [0xFF, 0xFE].flatMap { [$0] + Array(": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n".utf8) },
        ["node_network_receive_bytes_total{device=\"\u{FFFD}\"} 1.0"], malformed: 1),
    ])
  func netdev(one: KernelCase) throws {
    try check(one, "net/dev", only: "node_network_receive_bytes_total") { NetworkInput(paths: $0, log: $1) }
  }

  @Test(
    "pressure/io",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("no total", "some avg10=0.00\n", malformed: 1),
      KernelCase("an empty total", "some total=\n", malformed: 1),
      KernelCase("no number", "full total=x\n", malformed: 1),
      KernelCase("21 digits", "full total=123456789012345678901\n", malformed: 1),
      KernelCase("a blank line", "\n", malformed: 1),
      KernelCase("one line only", "some total=1500000\n", ["node_pressure_io_waiting_seconds_total 1.5"]),
      KernelCase(
        "a line and a field of a kernel to come", "most total=3\nsome avg1=1 total=2000000 more=1\n",
        ["node_pressure_io_waiting_seconds_total 2.0"]),
    ])
  func pressure(one: KernelCase) throws { try check(one, "pressure/io") { PressureInput(paths: $0, log: $1) } }

  @Test(
    "file-nr",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("two figures", "1\t2\n", malformed: 1),
      KernelCase("blanks for tabs", "1 2 3\n", malformed: 1),
      KernelCase("no number", "1\tx\t3\n", malformed: 1),
      KernelCase("21 digits", "1\t0\t123456789012345678901\n", malformed: 1),
      KernelCase(
        "the most there may be", "1\t0\t9223372036854775807\n",
        ["node_filefd_allocated 1.0", "node_filefd_maximum \(Double(UInt64(9_223_372_036_854_775_807)))"]),
      KernelCase("one more", "1\t0\t3\t4\n", ["node_filefd_allocated 1.0", "node_filefd_maximum 3.0"]),
    ])
  func fileNumbers(one: KernelCase) throws {
    try check(one, "sys/fs/file-nr") { FileDescriptorInput(paths: $0, log: $1) }
  }
}
