// Every reading of a histogram is one that it had after some whole observations.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

enum HistogramChecks {
  static let writers = 4
  static let buckets = 20

  /// Writers without a rest, of values that equal their bucket: so the sum follows from the buckets.
  static func consistency(_ histogram: some CheckedHistogram, observations: Int) -> String? {
    let running = Atomic<Int>(writers)
    let each = observations / writers
    let all = Threads()
    for writer in 0..<writers {
      all.start {
        for round in 0..<each { histogram.observe((round &* 7 &+ writer) % buckets, writer: writer) }
        running.wrappingSubtract(1, ordering: .releasing)
      }
    }
    let torn = Atomic<Int>(0)
    let backwards = Atomic<Int>(0)
    // Two readers, because they must not disturb each other either.
    for _ in 0..<2 {
      all.start {
        var last: UInt64 = 0
        while running.load(ordering: .acquiring) > 0 {
          let (counts, sum) = histogram.reading
          let count = counts.reduce(0, &+)
          if sum != expected(counts) { torn.wrappingAdd(1, ordering: .relaxed) }
          if count < last { backwards.wrappingAdd(1, ordering: .relaxed) }
          last = count
        }
      }
    }
    all.join()
    let (tornCount, backwardsCount) = (torn.load(ordering: .relaxed), backwards.load(ordering: .relaxed))
    if tornCount + backwardsCount > 0 { return "\(tornCount) torn readings, \(backwardsCount) that went backwards" }
    let (counts, sum) = histogram.reading
    let total = counts.reduce(0, &+)
    return total == UInt64(writers * each) && sum == expected(counts) ? nil : "\(total) of \(writers * each) counted"
  }

  private static func expected(_ counts: [UInt64]) -> Double {
    counts.enumerated().reduce(0) { $0 + Double($1.offset) * Double($1.element) }
  }
}
