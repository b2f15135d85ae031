import Foundation
import Testing

@testable import VitalsMetrics

@Suite("Dates of answers")
struct HTTPDateTests {
  static let dates: [(Int, String)] = [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
  ]

  @Test("A moment is written as HTTP writes it", arguments: dates)
  func text(seconds: Int, expected: String) {
    #expect(HTTPDate.text(seconds) == expected)
  }

  @Test("Every day of two centuries agrees with the system's calendar")
  func calendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for day in stride(from: 0, to: 73_000, by: 13) {
      let text = HTTPDate.text(day * 86_400)
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .day], from: date)
      let words = text.split(separator: " ")
      if Int(words[1]) != parts.day || Int(words[3]) != parts.year { Issue.record("day \(day) is \(text)") }
    }
  }
}
