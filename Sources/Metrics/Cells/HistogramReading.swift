// What a reader has of one thread's part of a histogram, in memory that serves for all threads in turn.
// SPDX-License-Identifier: Apache-2.0

/// Buckets and sum in the making.
struct HistogramReading {
  /// The buckets of the part that is being read.
  var part: [UInt64]
  private var counts: [UInt64]
  private var sum = 0.0

  init(buckets: Int) {
    part = [UInt64](repeating: 0, count: buckets)
    counts = part
  }

  /// Begins anew.
  mutating func clear() {
    for index in counts.indices { counts[index] = 0 }
    sum = 0
  }

  /// Adds the part, and the last observation to its bucket when the bucket has not got it yet.
  mutating func take(_ sum: Double, bucket: Int, oddness: UInt64) {
    for index in counts.indices { counts[index] &+= part[index] }
    if counts.indices.contains(bucket) && part[bucket] & 1 != oddness { counts[bucket] &+= 1 }
    self.sum += sum
  }

  /// Adds what was read.
  func add(to counts: inout [UInt64], _ sum: inout Double) {
    for index in counts.indices { counts[index] &+= self.counts[index] }
    sum += self.sum
  }
}
