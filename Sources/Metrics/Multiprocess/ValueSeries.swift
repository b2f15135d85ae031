// One series as value files make it up: a number of slots, each of which is the sum of one entry over the files.
// SPDX-License-Identifier: Apache-2.0

/// A series and its slots.
struct ValueSeries: Sendable {
  /// The labels, without `le`.
  let labels: LabelSet
  /// Of a counter or gauge its value, of a summary its count.
  var value: Int32?
  /// Of a histogram or summary the sum.
  var sum: Int32?
  /// Of a histogram its buckets by ascending bound; the last may be infinite.
  var buckets: [(bound: Double, slot: Int32)] = []

  init(labels: LabelSet) { self.labels = labels }
}
