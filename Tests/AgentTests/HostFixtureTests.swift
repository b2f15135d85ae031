import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The host's inputs over a captured /proc")
struct HostFixtureTests {
  private let log = RecordingLog()

  private func sampled(_ input: any Input) -> RecordingSink {
    input.sample(at: Moment(boot: 0, real: 0))
    return RecordingSink.of(input)
  }

  @Test("CPU time by core and mode, and the machine's counters")
  func cpu() {
    let input = CPUInput(paths: ProcTree.fixture, log: log)
    let sink = sampled(input)
    let seconds = sink.values("node_cpu_seconds_total")
    #expect(seconds.count == 16)
    #expect(seconds[#"cpu="0",mode="user""#] == 356.27)
    #expect(seconds[#"cpu="0",mode="idle""#] == 19529.19)
    #expect(seconds[#"cpu="1",mode="iowait""#] == 15.55)
    #expect(seconds[#"cpu="1",mode="steal""#] == 0.35)
    #expect(sink.values("node_cpu_guest_seconds_total").count == 4)
    #expect(sink["node_boot_time_seconds"] == 1_795_225_094)
    #expect(sink["node_context_switches_total"] == 3_942_577)
    #expect(sink["node_forks_total"] == 19_049)
    #expect(sink.values("node_softirqs_total").count == 10)
    #expect(sink["node_intr_total"] == 2_212_065)
    #expect(sink["node_procs_running"] == 9)
    #expect(sink["node_procs_blocked"] == 0)
    #expect(input.malformedLines == 0)
  }

  @Test("Memory: every line of the file is a metric, in bytes where it has a unit")
  func memory() {
    let input = MemoryInput(paths: ProcTree.fixture, log: log)
    let sink = sampled(input)
    #expect(sink["node_memory_MemTotal_bytes"] == Double(24_684_092 * 1_024))
    #expect(sink["node_memory_MemAvailable_bytes"] == Double(23_780_728 * 1_024))
    #expect(sink["node_memory_VmallocTotal_bytes"] == Double(34_359_738_367 * 1_024))
    #expect(sink["node_memory_HugePages_Total"] == 0)
    #expect(sink.names.contains("node_memory_Active_anon_bytes"))
    #expect(sink.samples.count == 54)
    #expect(input.malformedLines == 0)
  }

  @Test("Load, open files and paging")
  func small() {
    let load = sampled(LoadInput(paths: ProcTree.fixture, log: log))
    #expect(load.lines == ["node_load1 3.74", "node_load5 1.59", "node_load15 0.74"])
    let files = sampled(FileDescriptorInput(paths: ProcTree.fixture, log: log))
    #expect(files.lines == ["node_filefd_allocated 1500.0", "node_filefd_maximum 2466177.0"])
    let paging = sampled(VMStatInput(paths: ProcTree.fixture, log: log))
    #expect(
      paging.lines == [
        "node_vmstat_pgpgin 12295989.0", "node_vmstat_pgpgout 2850516.0", "node_vmstat_pswpin 0.0",
        "node_vmstat_pswpout 0.0", "node_vmstat_pgfault 11484502.0", "node_vmstat_pgmajfault 12439.0",
        "node_vmstat_oom_kill 0.0",
      ])
    #expect(paging.samples.allSatisfy { $0.type == .unknown })
  }

  @Test("Disks without loop and ram devices, sectors as bytes, times in seconds")
  func disks() {
    let sink = sampled(DiskInput(paths: ProcTree.fixture, log: log))
    #expect(sink.samples.count == 17)
    #expect(sink.samples.allSatisfy { $0.labels["device"] == "vda" })
    #expect(sink["node_disk_read_bytes_total", #"device="vda""#] == Double(24_591_978 * 512))
    #expect(sink["node_disk_io_time_seconds_total", #"device="vda""#] == 24_140 * 0.001)
    #expect(sink["node_disk_flush_requests_total", #"device="vda""#] == 3_094)
    #expect(sink.samples.first { $0.name == "node_disk_io_now" }?.type == .gauge)
  }

  @Test("Network devices")
  func network() {
    let sink = sampled(NetworkInput(paths: ProcTree.fixture, log: log))
    #expect(sink.names.count == 17)
    #expect(
      sink.values("node_network_receive_bytes_total")
        == [
          #"device="lo""#: 36_566_068, #"device="ifb0""#: 0, #"device="ifb1""#: 0, #"device="eth0""#: 284_876_962,
        ])
    #expect(sink["node_network_transmit_packets_total", #"device="eth0""#] == 2_842)
  }

  @Test("Pressure: what this kernel has, without interrupts, of which that is said and no more")
  func pressure() {
    let sink = sampled(PressureInput(paths: ProcTree.fixture, log: log))
    #expect(
      sink.lines == [
        "node_pressure_cpu_waiting_seconds_total 113.727864", "node_pressure_io_waiting_seconds_total 14.12009",
        "node_pressure_io_stalled_seconds_total 13.10127", "node_pressure_memory_waiting_seconds_total 0.0",
        "node_pressure_memory_stalled_seconds_total 0.0",
      ])
    #expect(
      log.lines == ["info not on this kernel; its metrics are absent path=\(ProcTree.fixture.proc)/pressure/irq"])
  }

  @Test("File systems: the kernel's own are left out, the rest is asked on helpers")
  func filesystems() {
    let work = StepWork()
    let sink = sampled(FilesystemInput(paths: ProcTree.fixture, log: log, work: work))
    #expect(work.subjects == ["/", "/mnt/tools"])
    let labels = #"device="/dev/vda",device_error="",fstype="ext4",mountpoint="/""#
    #expect(sink["node_filesystem_device_error", labels] == 0)
    #expect((sink["node_filesystem_size_bytes", labels] ?? 0) > 0)
    #expect(
      sink.values("node_filesystem_mount_info").keys.contains(
        #"device="/dev/vda",major="254",minor="0",mountpoint="/""#))
    #expect(sink["vitals_filesystems_left_out"] == 0)
  }

  @Test("The kernel's name has node_exporter's labels")
  func name() {
    let sink = sampled(UnameInput())
    #expect(sink.samples.first?.labels["sysname"] == "Linux")
    #expect(sink.samples.first?.labels["release"]?.isEmpty == false)
    #expect(sink["node_time_seconds"] == 0)
  }

  @Test("No series comes twice, and each input has a name of its own")
  func duplicates() {
    let inputs = HostInputs.all(paths: ProcTree.fixture, log: log, work: StepWork())
    var owners: [String: String] = [:]
    for input in inputs {
      let sink = sampled(input)
      #expect(sink.duplicates.isEmpty, "\(input.name)")
      // A family of several inputs would come in pieces, and the exposition would be put in order by copying it whole.
      for name in sink.help.keys { #expect(owners.updateValue(input.name, forKey: name) == nil, "\(name)") }
    }
    #expect(Set(inputs.map(\.name)).count == inputs.count)
    #expect(RecordingSink.of(InputGaps(inputs)).samples.isEmpty)
  }
}
