import Testing

@testable import VitalsAgent

@Suite("Units") struct UnitsTests {
  @Test(
    "Bytes",
    arguments: [
      (nil, "–"), (.nan, "–"), (.infinity, "–"), (0, "0 B"), (1_023, "1023 B"), (1_023.9, "1.00 KiB"),
      (1_000, "1000 B"),
      (1_536, "1.50 KiB"),
      (12_345_678, "11.8 MiB"), (1e18, "888 PiB"), (1e21, "888178 PiB"), (-2_048, "-2.00 KiB"),
    ] as [(Double?, String)])
  func bytes(_ value: Double?, _ text: String) { #expect(Units.bytes(value) == text) }

  @Test(
    "Shares",
    arguments: [
      (nil, "–"), (.nan, "–"), (0, "0.0%"), (0.000_1, "<0.1%"), (0.001, "0.1%"), (0.5, "50.0%"), (0.999_6, "100%"),
      (2.5, "250%"),
    ] as [(Double?, String)])
  func percent(_ value: Double?, _ text: String) { #expect(Units.percent(value) == text) }

  @Test(
    "Times",
    arguments: [
      (nil, "–"), (0, "0.00 µs"), (0.000_012, "12.0 µs"), (0.012_3, "12.3 ms"), (0.999_9, "1.00 s"), (12.34, "12.3 s"),
      (100, "1m 40s"), (90_061, "1d 1h"), (-1, "-1000000 µs"),
    ] as [(Double?, String)])
  func seconds(_ value: Double?, _ text: String) { #expect(Units.seconds(value) == text) }

  @Test(
    "Counts", arguments: [(0, "0"), (7.5, "7.50"), (1_234, "1.23k"), (5e9, "5.00G"), (nil, "–")] as [(Double?, String)])
  func count(_ value: Double?, _ text: String) { #expect(Units.count(value) == text) }
}
