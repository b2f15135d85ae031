// The bounds of a family's histograms, kept once. Up to 32 bounds are all compared, without a branch, which the compiler
// does several at a time; more are halved.
// SPDX-License-Identifier: Apache-2.0

/// Upper bounds, ascending and finite, and the way to a value's bucket.
struct BucketBounds: Sendable {
  let upperBounds: [Double]
  private static let comparedAll = 32

  /// The place of the first bound that is not below the value; their number when all are.
  @inline(__always) func bucket(of value: Double) -> Int {
    if upperBounds.count <= Self.comparedAll {
      var below = 0
      for place in upperBounds.indices { below &+= upperBounds[place] < value ? 1 : 0 }
      return below
    }
    var low = 0
    var high = upperBounds.count
    while low < high {
      let middle = (low &+ high) / 2
      if upperBounds[middle] < value { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}
