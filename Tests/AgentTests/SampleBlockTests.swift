import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Samples as differences") struct SampleBlockTests {
  /// What series are like, and what they are not.
  enum Course: CaseIterable {
    case constant, negativeZero, even, whole, bits, infinities, pages, hundredths, product, bumps, steps, sums

    func value(_ tick: Int, _ random: inout SeededGenerator) -> Double {
      let number = random.next()
      let small = Double(number % 10)
      switch self {
      case .constant: return 42
      case .negativeZero: return -0.0
      case .even: return Double(tick)
      case .whole: return Double(number >> 11)
      case .bits: return Double(bitPattern: number)
      case .infinities: return tick % 3 == 0 ? .infinity : tick % 3 == 1 ? -.infinity : 0
      case .pages: return tick < 400 ? small * 4_096 : small
      case .hundredths: return (Double(tick * 7) + small) / 100
      case .product: return Double(tick * 13) * 0.001
      case .bumps: return number % 16 == 0 ? Double(number >> 60) : 5
      case .steps: return Double(Int64(bitPattern: number) >> Int64(tick % 64))
      case .sums: return Double(tick) * 0.1 + Double(number >> 11) * 0x1p-53
      }
    }
  }

  @Test("A series gives back what a plain array would, bit for bit, whatever comes and wherever it is missing")
  func model() {
    for (number, course) in Course.allCases.enumerated() {
      for gaps in [0, 20, 3] {
        var random = SeededGenerator(seed: UInt64(number * 10 + gaps))
        let series = Series(name: "x", labels: .empty, zeroSince: nil)
        let reading = Series.Reading()
        var model: [Double] = []
        let count = Limits.historyTicks * 2 + 100
        for tick in 0..<count {
          let isThere = gaps == 0 || random.next() % UInt64(gaps) != 0
          let value = isThere ? course.value(tick, &random) : .nan
          model.append(value)
          if isThere { series.set(value, tick: tick) }
          if tick % Limits.historySweepTicks == 0 { series.forget(before: tick + 1 - Limits.historyTicks) }
        }
        var wrong = 0
        for tick in stride(from: series.lastTick, to: series.lastTick - Limits.historyTicks, by: -1) {
          let found = series.value(tick, reading)
          if !(found.bitPattern == model[tick].bitPattern || (found.isNaN && model[tick].isNaN)) { wrong += 1 }
        }
        #expect(wrong == 0, "\(course), gaps \(gaps)")
      }
    }
  }

  @Test(
    "What hardly changes costs hardly anything",
    arguments: [(.constant, 100), (.even, 150), (.bumps, 1_200), (.hundredths, 2_000), (.bits, 12_000)]
      as [(Course, Int)])
  func size(course: Course, atMost bytes: Int) {
    var random = SeededGenerator(seed: 1)
    let series = Series(name: "x", labels: .empty, zeroSince: nil)
    for tick in 0..<Limits.historyTicks { series.set(course.value(tick, &random), tick: tick) }
    #expect(series.size <= bytes)
  }

  @Test("A block whose neighbours are forgotten reads as before")
  func forgets() {
    let series = Series(name: "x", labels: .empty, zeroSince: nil)
    let reading = Series.Reading()
    for tick in 0..<5_000 {
      series.set(Double(tick * tick), tick: tick)
      series.forget(before: tick - Limits.historyTicks + 1)
      if tick % 97 == 0 { #expect(series.value(tick / 2, reading).isNaN == (tick / 2 <= tick - Limits.historyTicks)) }
    }
    #expect(series.size < 8_000)
  }
}
