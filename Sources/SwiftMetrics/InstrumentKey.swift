// What a look-up compares: the label and the dimensions as the code wrote them. The hash is worked out once, for the
// shard and the table in it; it is Swift's seeded one, because values may come from strangers.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  /// A label with its dimensions, in the order that they were given. Making one allocates nothing.
  struct InstrumentKey: Hashable, Sendable {
    let label: String
    let dimensions: [(String, String)]
    /// Of everything above.
    let hash: Int

    init(_ label: String, _ dimensions: [(String, String)]) {
      self.label = label
      self.dimensions = dimensions
      var hasher = Hasher()
      hasher.combine(label)
      for (name, value) in dimensions {
        hasher.combine(name)
        hasher.combine(value)
      }
      hash = hasher.finalize()
    }

    static func == (left: InstrumentKey, right: InstrumentKey) -> Bool {
      if left.hash != right.hash || left.dimensions.count != right.dimensions.count { return false }
      // By place, which is measurably faster than a zipped sequence.
      for place in left.dimensions.indices where left.dimensions[place] != right.dimensions[place] { return false }
      return left.label == right.label
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
  }
#endif
