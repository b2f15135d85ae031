// The files of a cgroup in both versions of the kernel's interface: what each is called, how it is written, and of which
// cgroups it is read. One that this kernel lacks (memory.peak before 5.19, bursts before 5.14) leaves its figures absent.
// SPDX-License-Identifier: Apache-2.0

/// One file of a cgroup.
struct CgroupSource: Sendable {
  /// Of which cgroups it is read.
  enum Reach: Sendable {
    /// Of all: the limits, and what tells that they bind.
    case all
    /// Of those that have processes in question, and above them where memory is limited: the kernel sums it up over
    /// everything below, which costs.
    case limited
    /// Of those that have processes in question.
    case members
  }

  let name: String
  let form: CgroupForm
  let reach: Reach
  /// Read every ``Limits/cgroupSlowSeconds``.
  let isSlow: Bool
  /// What it fills.
  let figures: [CgroupFigure]

  private init(_ name: String, _ form: CgroupForm, _ reach: Reach = .members, isSlow: Bool = false) {
    self.name = name
    self.form = form
    self.reach = reach
    self.isSlow = isSlow
    figures = form.figures
  }

  /// The files for a resource.
  static func all(_ resource: CgroupResource, isUnified: Bool) -> [CgroupSource] {
    switch (resource, isUnified) {
    case (.cpu, true): cpu
    case (.memory, true): memory
    case (.io, true): [CgroupSource("io.stat", .devices)]
    case (.pids, _):
      [CgroupSource("pids.current", .number(.threads)), CgroupSource("pids.max", .number(.threadsMax), isSlow: true)]
    case (.pressure, true): pressure
    case (.cpu, false): cpuV1
    case (.cpuacct, false): cpuacctV1
    case (.memory, false): memoryV1
    case (.io, false): ioV1
    case (.cpuacct, true), (.pressure, false): []
    }
  }

  private static let cpu = [
    // The limit before what it is needed for.
    CgroupSource("cpu.max", .quotaAndPeriod, .all, isSlow: true),
    CgroupSource(
      "cpu.stat",
      .keyed([
        CgroupKey("usage_usec", .cpuUsage, scale: 1_000), CgroupKey("user_usec", .cpuUser, scale: 1_000),
        CgroupKey("system_usec", .cpuSystem, scale: 1_000), CgroupKey("nr_periods", .periods),
        CgroupKey("nr_throttled", .throttledPeriods), CgroupKey("throttled_usec", .throttledTime, scale: 1_000),
        CgroupKey("nr_bursts", .burstPeriods), CgroupKey("burst_usec", .burstTime, scale: 1_000),
      ]), .all),
    CgroupSource("cpu.weight", .weight, isSlow: true),
  ]

  private static let memory = [
    CgroupSource("memory.max", .number(.memoryLimit), .all, isSlow: true),
    CgroupSource("memory.current", .number(.memoryUsage), .all),
    CgroupSource(
      "memory.events",
      .keyed([
        CgroupKey("high", .eventsHigh), CgroupKey("max", .eventsMax), CgroupKey("oom", .oom),
        CgroupKey("oom_kill", .oomKills),
      ]), .all),
    CgroupSource(
      "memory.stat",
      .keyed([
        CgroupKey("anon", .rss), CgroupKey("file", .cache), CgroupKey("kernel", .kernel),
        CgroupKey("file_mapped", .mapped), CgroupKey("file_dirty", .dirty), CgroupKey("file_writeback", .writeback),
        CgroupKey("inactive_file", .inactiveFile), CgroupKey("active_file", .activeFile),
        CgroupKey("workingset_refault_anon", .refaultedAnon), CgroupKey("workingset_refault_file", .refaultedFile),
        CgroupKey("pgscan", .scanned), CgroupKey("pgsteal", .stolen), CgroupKey("pgfault", .faults),
        CgroupKey("pgmajfault", .majorFaults),
      ]), .limited),
    CgroupSource("memory.swap.current", .number(.swap)),
    CgroupSource("memory.peak", .number(.memoryPeak)),
    CgroupSource("memory.swap.max", .number(.swapLimit), isSlow: true),
    CgroupSource("memory.min", .number(.reservation), isSlow: true),
  ]

  private static let pressure = [
    CgroupSource("cpu.pressure", .pressure(some: .cpuSome, full: .cpuFull)),
    CgroupSource("memory.pressure", .pressure(some: .memorySome, full: .memoryFull)),
    CgroupSource("io.pressure", .pressure(some: .ioSome, full: .ioFull)),
  ]

  private static let cpuV1 = [
    CgroupSource("cpu.cfs_quota_us", .number(.quota), .all, isSlow: true),
    CgroupSource("cpu.cfs_period_us", .number(.period), .all, isSlow: true),
    CgroupSource(
      "cpu.stat",
      .keyed([
        CgroupKey("nr_periods", .periods), CgroupKey("nr_throttled", .throttledPeriods),
        CgroupKey("throttled_time", .throttledTime), CgroupKey("nr_bursts", .burstPeriods),
        CgroupKey("burst_time", .burstTime),
      ]), .all),
    CgroupSource("cpu.shares", .number(.shares), isSlow: true),
  ]

  private static let cpuacctV1 = [
    CgroupSource("cpuacct.usage", .number(.cpuUsage), .all),
    CgroupSource(
      "cpuacct.stat",
      // In ticks of USER_HZ.
      .keyed([CgroupKey("user", .cpuUser, scale: 10_000_000), CgroupKey("system", .cpuSystem, scale: 10_000_000)])),
  ]

  private static let memoryV1 = [
    CgroupSource("memory.limit_in_bytes", .number(.memoryLimit), .all, isSlow: true),
    CgroupSource("memory.usage_in_bytes", .number(.memoryUsage), .all),
    CgroupSource("memory.failcnt", .number(.eventsMax), .all),
    CgroupSource("memory.oom_control", .keyed([CgroupKey("oom_kill", .oomKills)]), .all),
    CgroupSource(
      "memory.stat",
      .keyed([
        CgroupKey("pgfault", .faults), CgroupKey("pgmajfault", .majorFaults),
        CgroupKey("hierarchical_memory_limit", .hierarchicalLimit), CgroupKey("total_cache", .cache),
        CgroupKey("total_rss", .rss), CgroupKey("total_mapped_file", .mapped), CgroupKey("total_dirty", .dirty),
        CgroupKey("total_writeback", .writeback), CgroupKey("total_workingset_refault_anon", .refaultedAnon),
        CgroupKey("total_workingset_refault_file", .refaultedFile), CgroupKey("total_swap", .swap),
        CgroupKey("total_inactive_file", .inactiveFile), CgroupKey("total_active_file", .activeFile),
      ]), .limited),
    CgroupSource("memory.max_usage_in_bytes", .number(.memoryPeak)),
    CgroupSource("memory.kmem.usage_in_bytes", .number(.kernel)),
    CgroupSource("memory.memsw.limit_in_bytes", .number(.swapLimit), isSlow: true),
    CgroupSource("memory.soft_limit_in_bytes", .number(.reservation), isSlow: true),
  ]

  private static let ioV1 = [
    CgroupSource(
      "blkio.throttle.io_service_bytes_recursive", .operations(read: .readBytes, write: .writtenBytes)),
    CgroupSource("blkio.throttle.io_serviced_recursive", .operations(read: .reads, write: .writes)),
  ]
}
