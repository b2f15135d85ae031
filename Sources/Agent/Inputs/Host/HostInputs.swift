// The inputs of the machine, in the order in which they are sampled: one a line, by the name that `--collect` and the
// agent's own metrics know.
// SPDX-License-Identifier: Apache-2.0

/// All host inputs.
enum HostInputs {
  /// One input: its name, how it is made, and whether it runs unasked.
  struct Entry: Sendable {
    let name: String
    let isStandard: Bool
    let make: @Sendable (HostContext) -> any Input

    init(_ name: String, isStandard: Bool = true, _ make: @escaping @Sendable (HostContext) -> any Input) {
      self.name = name
      self.isStandard = isStandard
      self.make = make
    }
  }

  static let table: [Entry] = [
    Entry("cpu") { CPUInput(paths: $0.paths, log: $0.log) },
    Entry("memory") { MemoryInput(paths: $0.paths, log: $0.log) },
    Entry("loadavg") { LoadInput(paths: $0.paths, log: $0.log) },
    Entry("vmstat") { VMStatInput(paths: $0.paths, log: $0.log) },
    Entry("schedstat") { SchedulerInput(paths: $0.paths, log: $0.log) },
    Entry("diskstats") { DiskInput(paths: $0.paths, log: $0.log, filter: $0.options.disks) },
    Entry("netdev") { NetworkInput(paths: $0.paths, devices: $0.options.networks, log: $0.log) },
    Entry("conntrack") { ConntrackInput(paths: $0.paths, log: $0.log) },
    Entry("listen_queues") { ListenQueueInput(log: $0.log) },
    Entry("netstat") { NetstatInput(paths: $0.paths, log: $0.log) },
    Entry("nfs") { NFSInput.client(paths: $0.paths, log: $0.log) },
    Entry("nfsd") { NFSInput.server(paths: $0.paths, log: $0.log) },
    Entry("sockstat") { SocketStatInput(paths: $0.paths, log: $0.log) },
    Entry("softnet") { SoftnetInput(paths: $0.paths, log: $0.log) },
    Entry("arp") { $0.table(ARPTable(paths: $0.paths)) },
    Entry("bonding") { $0.table(BondingTable(paths: $0.paths)) },
    Entry("fibrechannel") { $0.table(FibreChannelTable(paths: $0.paths)) },
    Entry("infiniband") { $0.table(InfiniBandTable(paths: $0.paths)) },
    Entry("interrupts") { $0.table(InterruptTable(paths: $0.paths)) },
    Entry("ipvs") { $0.table(IPVSTable(paths: $0.paths)) },
    Entry("netclass") { $0.table(NetworkClassTable(paths: $0.paths, devices: $0.options.networks)) },
    Entry("tcpstat") { $0.table(TCPStateTable()) },
    Entry("udp_queues") { $0.table(UDPQueueTable(paths: $0.paths)) },
    Entry("pressure") { PressureInput(paths: $0.paths, log: $0.log) },
    Entry("filefd") { FileDescriptorInput(paths: $0.paths, log: $0.log) },
    Entry("filesystem") { FilesystemInput(paths: $0.paths, log: $0.log, work: $0.work, options: $0.options) },
    Entry("uname") { _ in UnameInput() },
    Entry("timex") { TimexInput(log: $0.log) },
    Entry("entropy") { KernelValuesInput.entropy(paths: $0.paths, log: $0.log) },
    Entry("kernel_hung") { KernelValuesInput.hungTasks(paths: $0.paths, log: $0.log) },
    Entry("diskinfo") { $0.helped(DiskInfoSource(paths: $0.paths, filter: $0.options.disks)) },
    Entry("os") { $0.helped(OSReleaseSource(paths: $0.paths)) },
    Entry("time") { $0.helped(TimeSource(paths: $0.paths)) },
    Entry("selinux") { $0.helped(SELinuxSource(paths: $0.paths)) },
    Entry("cpustate") { $0.helped(CPUStateSource(paths: $0.paths)) },
    Entry("cpufreq") { $0.helped(CPUFrequencySource(paths: $0.paths)) },
    Entry("dmi") { $0.helped(DMISource(paths: $0.paths)) },
    Entry("thermal_zone") { $0.helped(ThermalSource(paths: $0.paths)) },
    Entry("hwmon") { $0.helped(HardwareMonitorSource(paths: $0.paths)) },
    Entry("nvme") { $0.helped(NVMeSource(paths: $0.paths)) },
    Entry("mdadm") { $0.helped(RAIDSource(paths: $0.paths)) },
    Entry("xfs") { $0.helped(XFSSource(paths: $0.paths)) },
    Entry("btrfs") { $0.helped(BtrfsSource(paths: $0.paths)) },
    Entry("zfs") { $0.helped(ZFSSource(paths: $0.paths)) },
    Entry("powersupplyclass") { $0.helped(PowerSupplySource(paths: $0.paths)) },
    Entry("rapl") { $0.helped(RAPLSource(paths: $0.paths)) },
    Entry("edac") { $0.helped(EDACSource(paths: $0.paths)) },
    Entry("watchdog") { $0.helped(WatchdogSource(paths: $0.paths)) },
    Entry("bcache") { $0.helped(BcacheSource(paths: $0.paths)) },
    Entry("tapestats") { $0.helped(TapeSource(paths: $0.paths)) },
    Entry("textfile") { $0.helped(TextfileSource(directories: $0.options.textfileDirectories)) },
    Entry("cpuinfo", isStandard: false) { $0.helped(CPUInfoSource(paths: $0.paths, .processors)) },
    Entry("cpuflags", isStandard: false) { $0.helped(CPUInfoSource(paths: $0.paths, .flags)) },
  ]

  /// The inputs that `choice` takes.
  static func all(
    paths: KernelPaths, options: HostOptions = HostOptions(), log: any EventLog, work: any BlockingWork,
    choice: InputChoice = .standard
  ) -> [any Input] {
    let context = HostContext(paths: paths, log: log, work: work, options: options)
    return table.filter { choice.takes($0.name, group: "host", isStandard: $0.isStandard) }.map { $0.make(context) }
  }
}
