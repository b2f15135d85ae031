// Durations in the buckets that the library's summaries have: every doubling in 64 parts, so that a quantile is off by
// less than 1 % of its value, at 512 bytes for each doubling that came. How many there were, their sum and the longest
// are exact.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Durations in seconds. At most 40 KiB.
struct DurationSketch {
  private(set) var count: UInt64 = 0
  private(set) var sum = 0.0
  /// The longest; nil when there was none.
  var longest: Double? { count > 0 ? most : nil }

  /// By how much a quantile may be off, as a share of it.
  static let error = 1.0 / 129

  private static let group = 64
  private var most = 0.0
  /// Durations below all buckets.
  private var zeros: UInt64 = 0
  /// The place of the first of ``counts``.
  private var low = 0
  private var counts: [UInt64] = []

  /// None yet.
  init() {}

  /// Counts a duration, which is not negative and no more than a year.
  @inline(__always) mutating func add(_ seconds: Double) {
    count &+= 1
    sum += seconds
    if seconds > most { most = seconds }
    guard let place = SummaryBuckets.place(of: seconds) else { return zeros &+= 1 }
    if place < low || place &- low >= counts.count { grow(to: place) }
    counts[place &- low] &+= 1
  }

  /// Counts all of another.
  mutating func add(_ other: DurationSketch) {
    count &+= other.count
    sum += other.sum
    most = max(most, other.most)
    zeros &+= other.zeros
    for (offset, count) in other.counts.enumerated() where count > 0 {
      let place = other.low + offset
      if place < low || place - low >= counts.count { grow(to: place) }
      counts[place - low] &+= count
    }
  }

  @inline(never) private mutating func grow(to place: Int) {
    let group = place / Self.group * Self.group
    if counts.isEmpty { low = group }
    if group < low {
      counts.insert(contentsOf: repeatElement(0, count: low - group), at: 0)
      low = group
    }
    let missing = group + Self.group - low - counts.count
    if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// The duration at rank ⌈rank·count⌉ of all in order, within ``error`` of it; nil when there was none.
  func quantile(_ rank: Double) -> Double? {
    if count == 0 { return nil }
    let wanted = max(1, (rank * Double(count)).rounded(.up))
    var passed = zeros
    if Double(passed) >= wanted { return 0 }
    for (offset, count) in counts.enumerated() where count > 0 {
      passed &+= count
      if Double(passed) >= wanted { return min(SummaryBuckets.value(at: low + offset), most) }
    }
    return most
  }
}
