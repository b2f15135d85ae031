// Label sets by a key such as a device's name, made once and kept while the key is seen.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Hands out one label set a key.
struct KeyedLabels {
  private let name: String
  private let limit: Int
  private var known: [String: LabelSet] = [:]

  /// At most `limit` keys are known at once.
  init(_ name: String, limit: Int = Limits.hostKeys) { (self.name, self.limit) = (name, limit) }

  /// The label set of a key.
  mutating func labels(_ key: String) -> LabelSet {
    if let labels = known[key] { return labels }
    if known.count >= limit { known.removeAll() }
    let made = LabelSet([(name, key)])
    known[key] = made
    return made
  }
}
