// The zone that this process keeps: TZ, or /etc/localtime. tzset(3) reads that file, so on helper threads only.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The local time zone.
struct TimeZone: Sendable {
  /// Its short name, such as `CET`.
  let name: String
  /// Seconds east of Greenwich now.
  let offsetSeconds: Int64

  /// The zone as of now.
  static var current: TimeZone? {
    tzset()
    var now = time(nil)
    var local = unsafe tm()
    guard unsafe localtime_r(&now, &local) != nil, let name = unsafe local.tm_zone else { return nil }
    return unsafe TimeZone(name: String(cString: name), offsetSeconds: Int64(local.tm_gmtoff))
  }
}
