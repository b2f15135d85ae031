// The time of day, for HTTP's answers and for files that carry it.
//
// The file is unsafe because clock_gettime(2) fills a structure by its address.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no C library known on this platform")
#endif

/// The clock that can be set.
enum WallClock {
  /// Seconds since 1970. See clock_gettime(2).
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
