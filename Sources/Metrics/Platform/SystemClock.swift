// The two clocks that stamp and expire. The steady one is read on hot paths, so it is the kernel's cheap one: a few nanoseconds a
// reading for a resolution of a few milliseconds, against tens for an exact one.
//
// The file is unsafe because clock_gettime(2) writes to an address.
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

/// The machine's time.
enum SystemClock {
  /// Nanoseconds since some fixed moment, never backwards, in steps of some milliseconds.
  static var steadyNanoseconds: UInt64 {
    #if canImport(Darwin)
      return clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW_APPROX)
    #else
      var time = timespec()
      _ = unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
      return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    #endif
  }

  /// Seconds since the Unix epoch.
  static var unixSeconds: Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
