// The CPU time that this process has used, as a value that is passed in, so that tests spend it.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where the agent learns what it costs.
protocol CPUTime {
  /// Nanoseconds of CPU that all threads of the process have used; nil when the kernel does not tell.
  func spent() -> UInt64?
}

/// The kernel's own count; see clock_gettime(2), CLOCK_PROCESS_CPUTIME_ID.
struct ProcessCPUTime: CPUTime {
  func spent() -> UInt64? {
    var time = timespec()
    if unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0 { return nil }
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
