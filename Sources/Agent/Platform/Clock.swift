// Time as a value that is passed in, so that tests drive it. Intervals come from CLOCK_BOOTTIME, which goes on during
// suspend: a gap is then seen as one. CLOCK_REALTIME is for people and for timestamps only.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A moment: since boot for intervals, since 1970 for people.
struct Moment: Hashable, Sendable {
  /// Nanoseconds since boot, suspend included.
  var boot: UInt64
  /// Nanoseconds since 1970-01-01T00:00:00Z; may jump.
  var real: UInt64

  /// Seconds from `earlier` to this moment.
  func seconds(since earlier: Moment) -> Double { Double(Int64(bitPattern: boot &- earlier.boot)) / 1e9 }

  /// The moment so many seconds later.
  func adding(seconds: Double) -> Moment {
    let nanoseconds = UInt64(max(0, seconds) * 1e9)
    return Moment(boot: boot &+ nanoseconds, real: real &+ nanoseconds)
  }

  /// Hundredths of a second since boot, the unit of start times in /proc/PID/stat.
  var ticks: UInt64 { boot / 10_000_000 }

  /// Seconds since 1970.
  var unixSeconds: Double { Double(real) / 1e9 }
}

/// Where time comes from.
protocol Clock {
  /// The present moment.
  func now() -> Moment
}

/// The system's clocks; see clock_gettime(2).
struct SystemClock: Clock {
  func now() -> Moment {
    Moment(boot: Self.nanoseconds(CLOCK_BOOTTIME) ?? 0, real: Self.nanoseconds(CLOCK_REALTIME) ?? 0)
  }

  /// What a clock of the kernel shows, those of CPU time included; nil for one that it does not have.
  static func nanoseconds(_ id: clockid_t) -> UInt64? {
    var time = timespec()
    if unsafe clock_gettime(id, &time) != 0 { return nil }
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
