// Gathers the families of a collection for lint. It keeps every label set, to find those that come twice: the price of
// one lint is the memory of one exposition.
// SPDX-License-Identifier: Apache-2.0

/// The families of one collection. Not thread-safe.
final class LintSink: SampleSink {
  /// In the order in which they were met.
  private(set) var subjects: [LintSubject] = []
  private var places: [String: Int] = [:]
  private var current: Int?

  /// Opens a family, or goes on with it.
  func family(_ family: MetricFamily) {
    let key = NameRules.key(family.name)
    if let place = places[key] {
      subjects[place].add(family)
      current = place
    } else {
      current = subjects.count
      places[key] = current
      subjects.append(LintSubject(family))
    }
  }

  /// Takes over the labels of a family that may have no series yet.
  func expect(_ family: MetricFamily, labels: [String]) {
    self.family(family)
    if let current { subjects[current].add(labels: labels) }
  }

  /// Takes over a series.
  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) { add(labels) }

  /// Takes over a series.
  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) { add(labels) }

  /// Takes over a series.
  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) { add(labels) }

  private func add(_ labels: LabelSet) { if let current { subjects[current].add(labels) } }
}
