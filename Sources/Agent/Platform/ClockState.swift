// What adjtimex(2) says of the machine's clock, unchanged: the call with no modes only reads, and any user may make it.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// The kernel's clock discipline at one moment.
struct ClockState: Sendable {
  /// The fields in the kernel's units; see adjtimex(2).
  let offset, frequency, maximumError, estimatedError, status, constant, tick: Int64
  /// Those of a pulse a second.
  let pulseFrequency, jitter, shift, stability, jitterCount, calibrations, errors, stabilityCount: Int64
  /// TAI less UTC in seconds.
  let tai: Int64
  /// Whether a reference keeps the clock.
  let isSynchronized: Bool
  /// Whether offset and jitter are in nanoseconds, not microseconds (STA_NANO).
  var isNano: Bool { status & 0x2000 != 0 }

  /// Reads it.
  static func read() throws(SystemError) -> ClockState {
    var raw = timex()
    // TIME_ERROR is 5: the clock is not kept.
    let state = try system("adjtimex") { unsafe adjtimex(&raw) }
    return ClockState(
      offset: Int64(raw.offset), frequency: Int64(raw.freq), maximumError: Int64(raw.maxerror),
      estimatedError: Int64(raw.esterror), status: Int64(raw.status), constant: Int64(raw.constant),
      tick: Int64(raw.tick), pulseFrequency: Int64(raw.ppsfreq), jitter: Int64(raw.jitter), shift: Int64(raw.shift),
      stability: Int64(raw.stabil), jitterCount: Int64(raw.jitcnt), calibrations: Int64(raw.calcnt),
      errors: Int64(raw.errcnt), stabilityCount: Int64(raw.stbcnt), tai: Int64(raw.tai), isSynchronized: state != 5)
  }
}
