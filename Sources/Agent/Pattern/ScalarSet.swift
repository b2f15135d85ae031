// A set of Unicode scalars as sorted ranges: what a dot, a letter or a class of a pattern stands for, before it becomes
// bytes. Apart from the syntax, because negation and folding are questions of sets.
// SPDX-License-Identifier: Apache-2.0

/// Ranges of Unicode scalars, sorted and apart from each other.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>] = []

  /// The last scalar there is.
  static let last: UInt32 = 0x10FFFF
  /// Every scalar.
  static let all = ScalarSet([0...last])
  static let digits = ScalarSet([0x30...0x39])
  static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let space = ScalarSet([9...10, 12...13, 0x20...0x20])
  static let lineFeed = ScalarSet([10...10])

  /// The union of `ranges`, in any order.
  init(_ ranges: [ClosedRange<UInt32>]) {
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let before = self.ranges.last, range.lowerBound <= before.upperBound &+ 1 {
        self.ranges[self.ranges.count - 1] = before.lowerBound...max(before.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  /// All others.
  var inverted: ScalarSet {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= Self.last { gaps.append(next...Self.last) }
    return ScalarSet(gaps)
  }

  /// It and `other`.
  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  /// With the other case of each ASCII letter in it.
  var foldingCase: ScalarSet {
    var more = ranges
    for range in ranges {
      more += Self.shifted(range, from: 0x41...0x5A, by: 32) + Self.shifted(range, from: 0x61...0x7A, by: -32)
    }
    return ScalarSet(more)
  }

  private static func shifted(
    _ range: ClosedRange<UInt32>, from letters: ClosedRange<UInt32>, by distance: Int32
  ) -> [ClosedRange<UInt32>] {
    if !range.overlaps(letters) { return [] }
    let part = range.clamped(to: letters)
    let offset = UInt32(bitPattern: distance)
    return [(part.lowerBound &+ offset)...(part.upperBound &+ offset)]
  }
}
