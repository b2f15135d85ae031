// Gathers a collection as values.
// SPDX-License-Identifier: Apache-2.0

/// The families of one collection; of a series or family that comes twice in a way that no exposition can have, the first
/// stays. Not thread-safe.
final class SnapshotSink: SampleSink {
  private(set) var families: [FamilySnapshot] = []
  private var places: [String: Int] = [:]
  private var current: Int?

  /// Opens a family, or goes on with it.
  func family(_ family: MetricFamily) {
    let key = NameRules.key(family.name)
    if let place = places[key] {
      current = families[place].family.type == family.type ? place : nil
    } else {
      current = families.count
      places[key] = current
      families.append(FamilySnapshot(family))
    }
  }

  /// Takes over a number.
  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    add(SeriesSnapshot(labels, .number(value), details))
  }

  /// Takes over a histogram.
  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    add(SeriesSnapshot(labels, .histogram(snapshot)))
  }

  /// Takes over a summary.
  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) { add(SeriesSnapshot(labels, .summary(snapshot))) }

  private func add(_ series: SeriesSnapshot) { if let current { families[current].add(series) } }
}
