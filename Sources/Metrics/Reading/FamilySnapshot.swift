// One family of a snapshot, with its series by label set.
// SPDX-License-Identifier: Apache-2.0

/// The series of one metric at one moment.
public struct FamilySnapshot: Sendable {
  /// Name, type, help and unit.
  public let family: MetricFamily
  /// In the order in which they were collected.
  public private(set) var series: [SeriesSnapshot] = []
  private var places: [LabelSet: Int] = [:]

  /// A family without series.
  public init(_ family: MetricFamily) { self.family = family }

  /// The series with exactly these labels.
  public subscript(labels: LabelSet) -> SeriesSnapshot? { places[labels].map { series[$0] } }

  /// Takes over a series, unless it is there.
  mutating func add(_ one: SeriesSnapshot) {
    if places[one.labels] != nil { return }
    places[one.labels] = series.count
    series.append(one)
  }
}
