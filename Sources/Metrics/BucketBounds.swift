// The bounds of a family's histograms, kept once. Up to 32 bounds are all compared, four at a time and without a branch
// that the processor could guess wrong; more are halved first.
// SPDX-License-Identifier: Apache-2.0

/// Upper bounds, ascending and finite, and the way to a value's bucket.
struct BucketBounds: Sendable {
  let upperBounds: [Double]
  /// The bounds by four, filled up with infinity, which no value is above.
  private let quads: [SIMD4<Double>]
  private static let comparedAll = 8

  init(upperBounds: [Double]) {
    self.upperBounds = upperBounds
    quads = stride(from: 0, to: upperBounds.count, by: 4).map { start in
      var quad = SIMD4<Double>(repeating: .infinity)
      for place in start..<min(start + 4, upperBounds.count) { quad[place - start] = upperBounds[place] }
      return quad
    }
  }

  /// The place of the first bound that is not below the value; their number when all are.
  @inline(__always) func bucket(of value: Double) -> Int {
    var low = 0
    var high = quads.count
    while high &- low > Self.comparedAll {
      let middle = (low &+ high) &>> 1
      if quads[middle][0] < value { low = middle } else { high = middle }
    }
    let values = SIMD4<Double>(repeating: value)
    var below = SIMD4<Int64>.zero
    for place in low..<high { below = below.replacing(with: below &+ 1, where: quads[place] .< values) }
    return low &* 4 &+ Int(truncatingIfNeeded: below.wrappedSum())
  }
}
