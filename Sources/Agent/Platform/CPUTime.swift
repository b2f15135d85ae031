// The CPU time that was used, as a value that is passed in, so that tests spend it.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where the agent learns what it costs.
protocol CPUTime {
  /// Nanoseconds of CPU that were used so far, in the kernel too; nil when the kernel does not tell.
  func spent() -> UInt64?
}

/// All threads of the process; see clock_gettime(2), CLOCK_PROCESS_CPUTIME_ID.
struct ProcessCPUTime: CPUTime {
  func spent() -> UInt64? { SystemClock.nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }
}

/// The calling thread; see clock_gettime(2), CLOCK_THREAD_CPUTIME_ID.
struct ThreadCPUTime: CPUTime {
  func spent() -> UInt64? { SystemClock.nanoseconds(CLOCK_THREAD_CPUTIME_ID) }
}
