// The time of day, which HTTP writes into its answers and nothing else here needs.
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

/// The real-time clock.
enum WallClock {
  /// Seconds since the Unix epoch. See time(2).
  static var seconds: Int { Int(time(nil)) }
}
