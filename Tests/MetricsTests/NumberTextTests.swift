// The layout of numbers, against what Go's strconv prints.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Number text")
struct NumberTextTests {
  @Test(
    "Doubles look as Go prints them",
    arguments: [
      (.nan, "NaN", "NaN"), (-.nan, "NaN", "NaN"), (.infinity, "+Inf", "+Inf"), (-.infinity, "-Inf", "-Inf"),
      (0, "0", "0.0"), (-0.0, "-0", "-0.0"), (1, "1", "1.0"), (-1.5, "-1.5", "-1.5"), (10, "10", "10.0"),
      (100_000, "100000", "100000.0"), (1_000_000, "1e+06", "1e+06"), (1_234_567, "1.234567e+06", "1.234567e+06"),
      (123_456.75, "123456.75", "123456.75"), (0.001, "0.001", "0.001"), (0.0001, "0.0001", "0.0001"),
      (0.00001, "1e-05", "1e-05"), (0.000012, "1.2e-05", "1.2e-05"), (1e16, "1e+16", "1e+16"),
      (1e100, "1e+100", "1e+100"), (.leastNonzeroMagnitude, "5e-324", "5e-324"),
      (.greatestFiniteMagnitude, "1.7976931348623157e+308", "1.7976931348623157e+308"),
      (
        0.1 + 0.2,
        "0.30000000000000004", "0.30000000000000004"
      ),
    ] as [(Double, String, String)])
  func layout(_ value: Double, _ plain: String, _ point: String) {
    #expect(text { $0.append(value, .plain) } == plain)
    #expect(text { $0.append(value, .point) } == point)
  }

  @Test("Integers are exact over their whole range")
  func integers() {
    #expect(text { $0.append(MetricValue.unsigned(.max), .point) } == "18446744073709551615")
    #expect(text { $0.append(MetricValue.integer(.min), .point) } == "-9223372036854775808")
  }

  @Test("Every double comes back from its text")
  func roundTrip() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5_000 {
      let value = Double(bitPattern: generator.next())
      if value.isNaN { continue }
      #expect(Double(text { $0.append(value, .point) }.replacing("Inf", with: "infinity")) == value)
    }
  }

  private func text(_ append: (inout TextBuffer) -> Void) -> String {
    var text = TextBuffer()
    append(&text)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
