// The figures of a cgroup, the same ones whichever version of the kernel's interface they come from. Times are in
// nanoseconds, memory in bytes, quota and period in microseconds.
// SPDX-License-Identifier: Apache-2.0

/// What is known of a cgroup as a number.
enum CgroupFigure: Int, CaseIterable {
  case cpuUsage, cpuUser, cpuSystem
  case periods, throttledPeriods, throttledTime, burstPeriods, burstTime
  case quota, period, shares
  case memoryUsage, memoryPeak, memoryLimit, swapLimit, reservation
  /// The tightest limit of the cgroup and all above it, those out of sight included; only version 1 tells it.
  case hierarchicalLimit
  case cache, rss, kernel, mapped, swap, activeFile, inactiveFile, dirty, writeback
  /// Usage without what the kernel would drop first: derived.
  case workingSet
  case faults, majorFaults, scanned, stolen, refaultedAnon, refaultedFile
  case eventsHigh, eventsMax, oom, oomKills
  case threads, threadsMax
  case cpuSome, cpuFull, memorySome, memoryFull, ioSome, ioFull
}
