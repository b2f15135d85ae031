// What lint looks at: a family and the names of the labels that any of its series bears.
// SPDX-License-Identifier: Apache-2.0

/// A family as lint sees it.
struct LintSubject {
  let family: MetricFamily
  /// In the order in which they were met.
  private(set) var labels: [String] = []
  private var series: Set<LabelSet> = []
  /// True once a series came twice, or another type under the same name.
  private(set) var isDuplicate = false
  private var seen: Set<String> = []

  init(_ family: MetricFamily) { self.family = family }

  /// Takes over labels that the series have, or will have.
  mutating func add(labels names: [String]) {
    for name in names where seen.insert(NameRules.key(name)).inserted { labels.append(name) }
  }

  /// Takes over a series.
  mutating func add(_ one: LabelSet) {
    add(labels: one.pairs.map(\.name))
    if !series.insert(one).inserted { isDuplicate = true }
  }

  /// Takes over a second description under the same name.
  mutating func add(_ other: MetricFamily) { if other.type != family.type { isDuplicate = true } }
}
