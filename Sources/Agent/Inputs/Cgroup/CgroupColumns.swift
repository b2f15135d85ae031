// cAdvisor's families that a cgroup's own files tell, in the order in which they are written, under its names, labels and
// types. Left out: what it takes from elsewhere (network, sockets, file systems, perf, resctrl), what it only has on demand
// (NUMA, huge pages, processors one by one), `container_blkio_device_usage_total`, which says the same as the `fs` ones,
// and `container_start_time_seconds`, since the times of cgroup files are of when the kernel last needed them.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The tables of families.
enum CgroupColumns {
  static let all: [CgroupColumn] = cpu + memory + rest

  static let devices = [
    CgroupDeviceColumn("reads_bytes", "Bytes that a cgroup has read from a device.", .readBytes),
    CgroupDeviceColumn("reads", "Reads that a cgroup has asked of a device.", .reads),
    CgroupDeviceColumn("writes_bytes", "Bytes that a cgroup has written to a device.", .writtenBytes),
    CgroupDeviceColumn("writes", "Writes that a cgroup has asked of a device.", .writes),
  ]

  private static let nanoseconds = 1e9

  private static let cpu = [
    CgroupColumn(
      "container_cpu_usage_seconds_total", .counter, "CPU time that a cgroup has used.", [(.total, .cpuUsage)],
      per: nanoseconds),
    CgroupColumn(
      "container_cpu_user_seconds_total", .counter, "CPU time that a cgroup has used in user mode.", .cpuUser,
      per: nanoseconds),
    CgroupColumn(
      "container_cpu_system_seconds_total", .counter, "CPU time that a cgroup has used in the kernel.", .cpuSystem,
      per: nanoseconds),
    CgroupColumn(
      "container_cpu_cfs_periods_total", .counter, "Periods over which the CPU quota was enforced.", .periods,
      rule: .withQuota),
    CgroupColumn(
      "container_cpu_cfs_throttled_periods_total", .counter, "Periods in which the CPU quota was used up.",
      .throttledPeriods, rule: .withQuota),
    CgroupColumn(
      "container_cpu_cfs_throttled_seconds_total", .counter,
      "Time for which runnable tasks were held back by the CPU quota, summed over processors.", .throttledTime,
      per: nanoseconds, rule: .withQuota),
    CgroupColumn(
      "container_cpu_cfs_burst_periods_total", .counter, "Periods in which more than the CPU quota was used.",
      .burstPeriods, rule: .withQuota),
    CgroupColumn(
      "container_cpu_cfs_burst_seconds_total", .counter, "CPU time used beyond the quota.", .burstTime,
      per: nanoseconds, rule: .withQuota),
    CgroupColumn(
      "container_spec_cpu_period", .gauge, "Length of the period of the CPU quota in microseconds.", .period),
    CgroupColumn(
      "container_spec_cpu_quota", .gauge, "CPU time a period in microseconds; absent without a quota.", .quota,
      rule: .limit),
    CgroupColumn(
      "container_spec_cpu_shares", .gauge, "Weight against other cgroups when the CPU is short, 2 to 262144.", .shares),
  ]

  private static let memory = [
    gauge("container_memory_usage_bytes", "Memory in use, page cache included.", .memoryUsage),
    gauge("container_memory_working_set_bytes", "Memory in use without inactive file pages.", .workingSet),
    gauge("container_memory_max_usage_bytes", "The most memory that was in use.", .memoryPeak),
    gauge("container_memory_cache", "Page cache in bytes.", .cache),
    gauge("container_memory_rss", "Anonymous memory in bytes.", .rss),
    gauge("container_memory_swap", "Swap in use in bytes.", .swap),
    gauge("container_memory_kernel_usage", "The kernel's own memory for a cgroup in bytes.", .kernel),
    gauge("container_memory_mapped_file", "Mapped files in memory in bytes.", .mapped),
    gauge("container_memory_total_active_file_bytes", "File pages that were used of late.", .activeFile),
    gauge("container_memory_total_inactive_file_bytes", "File pages that would be dropped first.", .inactiveFile),
    gauge("container_memory_file_dirty_bytes", "File pages that are still to be written.", .dirty),
    gauge("container_memory_file_writeback_bytes", "File pages that are being written.", .writeback),
    CgroupColumn(
      "container_memory_failures_total", .counter, "Page faults.",
      [
        (.faults, .faults), (.majorFaults, .majorFaults), (.allFaults, .faults), (.allMajorFaults, .majorFaults),
      ]),
    counter("container_memory_pgscan_total", "Pages looked at to reclaim memory.", .scanned),
    counter("container_memory_pgsteal_total", "Pages reclaimed.", .stolen),
    counter(
      "container_memory_workingset_refault_file_total", "File pages read again soon after they were dropped.",
      .refaultedFile),
    counter(
      "container_memory_workingset_refault_anon_total",
      "Anonymous pages needed again soon after they were swapped out.",
      .refaultedAnon),
    counter("container_memory_failcnt", "Times that usage ran into the limit.", .eventsMax),
    counter("container_memory_events_max_total", "Times that usage ran into memory.max.", .eventsMax),
    counter("container_memory_events_high_total", "Times that tasks were slowed down above memory.high.", .eventsHigh),
    counter(
      "container_oom_events_total", "Processes killed for want of memory in a cgroup or below it.", .oomKills),
    CgroupColumn(
      "container_spec_memory_limit_bytes", .gauge, "Memory limit; 0 without one.", .memoryLimit,
      rule: .zeroWithoutLimit),
    CgroupColumn(
      "container_spec_memory_swap_limit_bytes", .gauge,
      "Swap limit, in version 1 of memory and swap together; 0 without one.", .swapLimit, rule: .zeroWithoutLimit),
    CgroupColumn(
      "container_spec_memory_reservation_limit_bytes", .gauge, "Memory that is reserved; 0 without a limit.",
      .reservation, rule: .zeroWithoutLimit),
  ]

  private static let rest = [
    gauge("container_threads", "Tasks in a cgroup.", .threads),
    CgroupColumn(
      "container_threads_max", .gauge, "The most tasks that a cgroup may have; 0 without a limit.", .threadsMax,
      rule: .zeroWithoutLimit),
    pressure("cpu_waiting", "some task waited for the CPU", .cpuSome),
    pressure("cpu_stalled", "no task could go on for want of the CPU", .cpuFull),
    pressure("memory_waiting", "some task waited for memory", .memorySome),
    pressure("memory_stalled", "no task could go on for want of memory", .memoryFull),
    pressure("io_waiting", "some task waited for input or output", .ioSome),
    pressure("io_stalled", "no task could go on for input or output", .ioFull),
    counter("vitals_cgroup_memory_oom_total", "Times that a cgroup was out of memory, killed or not.", .oom),
  ]

  private static func gauge(_ name: String, _ help: String, _ figure: CgroupFigure) -> CgroupColumn {
    CgroupColumn(name, .gauge, help, figure)
  }

  private static func counter(_ name: String, _ help: String, _ figure: CgroupFigure) -> CgroupColumn {
    CgroupColumn(name, .counter, help, figure)
  }

  private static func pressure(_ name: String, _ what: String, _ figure: CgroupFigure) -> CgroupColumn {
    CgroupColumn(
      "container_pressure_\(name)_seconds_total", .counter, "Time for which \(what).", figure, per: nanoseconds)
  }
}
