// The date as HTTP writes it, worked out from the Unix time: the C library's way depends on the locale.
// SPDX-License-Identifier: Apache-2.0

/// `Sun, 06 Nov 1994 08:49:37 GMT`, which a server with a clock gives each answer. Source: RFC 9110 5.6.7 and 6.6.1.
package enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let daySeconds = 86_400

  /// The text of a moment from 1970 on.
  package static func text(_ seconds: Int) -> String {
    let seconds = max(0, seconds)
    let day = seconds / daySeconds
    let time = seconds % daySeconds
    var year = 1970
    var left = day
    while left >= length(year) {
      left -= length(year)
      year += 1
    }
    var month = 0
    while left >= length(year, month) {
      left -= length(year, month)
      month += 1
    }
    let date = "\(days[day % 7]), \(two(left + 1)) \(months[month]) \(year)"
    return "\(date) \(two(time / 3_600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func length(_ year: Int) -> Int { isLeap(year) ? 366 : 365 }

  private static func length(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 1: isLeap(year) ? 29 : 28
    case 3, 5, 8, 10: 30
    default: 31
    }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
