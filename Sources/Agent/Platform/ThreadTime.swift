// What the present thread has cost so far.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// The CPU time of a thread.
enum ThreadTime {
  /// Seconds that the calling thread has spent on a processor, in the kernel too; see clock_gettime(2).
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
