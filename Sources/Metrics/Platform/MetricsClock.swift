// The two clocks of the module: one that never goes back, for durations, and the calendar's, for moments that a scraper
// is told. They are values, so that a test sets them.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no clock_gettime known on this platform")
#endif

/// Where the time comes from. Thread-safe.
package struct MetricsClock: Sendable {
  /// Time since some moment; it never goes back.
  let monotonic: @Sendable () -> Duration
  /// Seconds since 1970.
  let unixSeconds: @Sendable () -> Double

  /// These clocks.
  package init(monotonic: @escaping @Sendable () -> Duration, unixSeconds: @escaping @Sendable () -> Double) {
    self.monotonic = monotonic
    self.unixSeconds = unixSeconds
  }

  /// The system's.
  package static let system = MetricsClock(
    monotonic: {
      let time = now(CLOCK_MONOTONIC)
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    },
    unixSeconds: {
      let time = now(CLOCK_REALTIME)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    })

  private static func now(_ clock: clockid_t) -> timespec {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return time
  }
}
