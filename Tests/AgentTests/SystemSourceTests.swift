import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The system's own words: distribution, clocks, processors")
struct SystemSourceTests {
  /// The line of `node_os_info`, whose labels are all there.
  private static func info(
    id: String = "", name: String = "", prettyName: String = "", versionID: String = ""
  ) -> String {
    let labels = [
      ("build_id", ""), ("id", id), ("id_like", ""), ("image_id", ""), ("image_version", ""), ("name", name),
      ("pretty_name", prettyName), ("variant", ""), ("variant_id", ""), ("version", ""), ("version_codename", ""),
      ("version_id", versionID),
    ]
    return "node_os_info{\(labels.map { "\($0)=\"\($1)\"" }.joined(separator: ","))} 1.0"
  }

  @Test(
    "os-release",
    arguments: [
      SourceCase("no file", [:]),
      SourceCase("an empty one", ["root/etc/os-release": ""], [info()]),
      SourceCase(
        "lines that are none, quotes that do not close",
        ["root/etc/os-release": "# comment\n\nNAME\n=x\nID=\"a\nVERSION_ID='1' 2\nNAME=b\n"],
        [info(name: "b")], malformed: 4),
      SourceCase(
        "the second place, quotes and escapes, an end of support that is none",
        [
          "root/usr/lib/os-release":
            "NAME='A \\ B'\nID=x\nPRETTY_NAME=\"C \\\"D\\\" $E\"\nVERSION_ID=\"22.04.1\"\nSUPPORT_END=soon\nHOME_URL=u\n"
        ],
        [
          info(id: "x", name: #"A \\ B"#, prettyName: #"C \"D\" $E"#, versionID: "22.04.1"),
          #"node_os_version{id="x",id_like="",name="A \\ B"} 22.04"#,
        ], malformed: 1),
      SourceCase(
        "an end of support", ["root/etc/os-release": "SUPPORT_END=2027-01-02\nVERSION_ID=rolling\n"],
        [info(versionID: "rolling"), "node_os_support_end_timestamp_seconds 1798848000.0"]),
    ])
  func release(one: SourceCase) throws { try one.check { OSReleaseSource(paths: $0) } }

  @Test(
    "The number in a version",
    arguments: [
      ("", nil), ("x12", nil), ("12", 12), ("12.", 12), ("12.3.4", 12.3), ("22.04", 22.04), ("9-stream", 9),
    ] as [(String, Double?)])
  func version(text: String, wanted: Double?) { #expect(OSReleaseSource.majorMinor(text) == wanted) }

  @Test(
    "SELinux",
    arguments: [
      SourceCase("off", ["root/etc/selinux/config": "SELINUX=enforcing\n"], ["node_selinux_enabled 0.0"]),
      SourceCase(
        "on, without a configuration", ["sysfs/fs/selinux/enforce": "0"],
        ["node_selinux_enabled 1.0", "node_selinux_current_mode 0.0"]),
      SourceCase(
        "on, and off at the next boot",
        [
          "sysfs/fs/selinux/enforce": "1",
          "root/etc/selinux/config": "# SELINUX=x\nSELINUXTYPE=targeted\nSELINUX=Disabled \n",
        ],
        ["node_selinux_enabled 1.0", "node_selinux_current_mode 1.0", "node_selinux_config_mode -1.0"]),
    ])
  func selinux(one: SourceCase) throws { try one.check { SELinuxSource(paths: $0) } }

  @Test("Clocks, and the zone that the agent keeps")
  func clocks() throws {
    let tree = try ProcTree()
    try tree.write("sysfs/devices/system/clocksource/clocksource0/available_clocksource", "tsc acpi_pm \n")
    try tree.write("sysfs/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n")
    let input = HelperInput(
      TimeSource(paths: tree.rooted), work: StepWork(), turns: ReadingTurns(), log: RecordingLog())
    input.sample(at: tree.now)
    let sink = RecordingSink.of(input)
    #expect(sink.values("node_time_clocksource_available_info").count == 2)
    #expect(sink["node_time_clocksource_current_info", #"clocksource="tsc",device="0""#] == 1)
    #expect(sink.values("node_time_zone_offset_seconds").count == 1)
  }

  @Test("The clock's state, which this machine has too")
  func timex() {
    let input = TimexInput(log: RecordingLog())
    input.sample(at: Moment(boot: 0, real: 0))
    let sink = RecordingSink.of(input)
    #expect(sink.names.count == 17)
    #expect((sink["node_timex_frequency_adjustment_ratio"] ?? 0) > 0.9)
    #expect((sink["node_timex_tick_seconds"] ?? 0) > 0.008)
  }

  private static let processors = """
    processor\t: 0
    vendor_id\t: GenuineIntel
    model name\t: A: B
    cpu MHz\t\t: 2000.5
    physical id\t: 0
    core id\t\t: 1
    flags\t\t: fpu vme
    bugs\t\t:

    processor\t: 1
    cpu MHz\t\t: fast
    """

  @Test("Processors, when asked for")
  func processors() throws {
    let one = SourceCase(
      "", ["cpuinfo": Self.processors],
      [
        #"node_cpu_info{cachesize="",core="1",cpu="0",family="",microcode="",model="",model_name="A: B",package="0","#
          + #"stepping="",vendor="GenuineIntel"} 1.0"#,
        #"node_cpu_info{cachesize="",core="",cpu="1",family="",microcode="",model="",model_name="",package="","#
          + #"stepping="",vendor=""} 1.0"#,
        #"node_cpu_frequency_hertz{core="1",cpu="0",package="0"} 2000500000.0"#,
      ])
    try one.check { CPUInfoSource(paths: $0, .processors) }
    let flags = [#"node_cpu_flag_info{flag="fpu"} 1.0"#, #"node_cpu_flag_info{flag="vme"} 1.0"#]
    try SourceCase("", ["cpuinfo": Self.processors], flags).check { CPUInfoSource(paths: $0, .flags) }
    try SourceCase("", ["cpuinfo": "no processor here\n"]).check { CPUInfoSource(paths: $0, .flags) }
  }

  @Test(
    "schedstat",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("a version alone", "version 17\ntimestamp 4294\n"),
      KernelCase("a core cut", "cpu0 0 0 0 0 0 0 1 2\n", malformed: 1),
      KernelCase("a core without number", "cpux 0 0 0 0 0 0 1 2 3\n", malformed: 1),
      KernelCase("a word", "cpu0 0 0 0 0 0 0 1 x 3\n", malformed: 1),
      KernelCase(
        "the same core twice, domains, more figures",
        "cpu0 0 0 0 0 0 0 1500000000 500000000 3 9\ndomain0 MC 3 0\ncpu0 0 0 0 0 0 0 1 2 3\n",
        [
          #"node_schedstat_running_seconds_total{cpu="0"} 1.5"#, #"node_schedstat_waiting_seconds_total{cpu="0"} 0.5"#,
          #"node_schedstat_timeslices_total{cpu="0"} 3.0"#,
        ], malformed: 1),
    ])
  func schedstat(one: KernelCase) throws {
    try check(one, "schedstat") { SchedulerInput(paths: $0, log: RecordingLog()) }
  }

  @Test(
    "Single numbers",
    arguments: [
      KernelCase("empty", "", malformed: 1),
      KernelCase("a word", "many\n", malformed: 1),
      KernelCase("negative", "-1\n", malformed: 1),
      KernelCase("a number", "256\n", ["node_entropy_available_bits 256.0"]),
    ])
  func numbers(one: KernelCase) throws {
    try check(one, "sys/kernel/random/entropy_avail") { KernelValuesInput.entropy(paths: $0, log: RecordingLog()) }
  }

  @Test(
    "softirq",
    arguments: [
      KernelCase("a sum alone", "softirq 5\n"),
      KernelCase("a word", "softirq 5 1 x\n", malformed: 1),
      KernelCase(
        "fewer kinds, as once", "softirq 5 1 4\n",
        [#"node_softirqs_total{vector="hi"} 1.0"#, #"node_softirqs_total{vector="timer"} 4.0"#]),
      KernelCase(
        "more kinds than are known", "softirq 5 1 2 3 4 5 6 7 8 9 10 11\n",
        ["hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu"].enumerated()
          .map { "node_softirqs_total{vector=\"\($0.element)\"} \(Double($0.offset + 1))" }),
    ])
  func softirqs(one: KernelCase) throws { try check(one, "stat") { CPUInput(paths: $0, log: RecordingLog()) } }

  private func check(_ one: KernelCase, _ file: String, _ make: (KernelPaths) -> any Input) throws {
    let tree = try ProcTree()
    try tree.write(file, bytes: one.bytes)
    let input = make(tree.paths)
    input.sample(at: tree.now)
    #expect(RecordingSink.of(input).lines == one.wanted)
    #expect(input.malformedLines == one.malformed)
  }
}
