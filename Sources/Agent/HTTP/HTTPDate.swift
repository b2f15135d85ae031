// The date of an answer, which RFC 9110 6.6.1 asks of a server with a clock. Counted by hand: C's own formats follow the
// locale, and HTTP's names of days and months do not.
// SPDX-License-Identifier: Apache-2.0

/// Dates in HTTP's form.
enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`; see RFC 9110 5.6.7.
  static func text(_ moment: Moment) -> String {
    let seconds = Int(moment.real / 1_000_000_000)
    let (day, second) = (seconds / 86_400, seconds % 86_400)
    let (year, month, date) = civil(day)
    let time = [second / 3_600, second / 60 % 60, second % 60].map(padded).joined(separator: ":")
    return "\(days[day % 7]), \(padded(date)) \(months[month - 1]) \(year) \(time) GMT"
  }

  /// Year, month and day of the month of a day counted from 1970. Years begin in March here, so that the leap day is a
  /// year's last; 146,097 days are 400 years.
  private static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
    let sinceMarch0 = day + 719_468
    let era = sinceMarch0 / 146_097
    let ofEra = sinceMarch0 % 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * ofYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, ofYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
