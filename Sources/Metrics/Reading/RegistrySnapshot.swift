// What a registry holds at one moment, as values: for tests that ask what a call has counted, for health checks, and for
// whoever would otherwise scrape himself.
// SPDX-License-Identifier: Apache-2.0

/// All series of a registry at one moment, or what changed between two.
///
/// Names and labels are the registered ones, prefix and constant labels included, never escaped. Each series is whole;
/// different series were read one after the other.
///
/// A test of what a call counts:
///
///     let before = registry.snapshot()
///     handle(request)
///     let counted = registry.snapshot() - before
///     #expect(counted["http_requests_total", ["method": "GET", "status": "200"]] == 1)
///     #expect(counted.total("http_requests_total") == 1)       // and nothing else
///     #expect(counted.histogram("http_request_duration_seconds")?.count == 1)
public struct RegistrySnapshot: Sendable {
  /// By name for a registry's own, then those of collectors, as in an exposition.
  public let families: [FamilySnapshot]
  private let places: [String: Int]

  /// A snapshot of these families; of two with the same name the first counts.
  public init(families: [FamilySnapshot]) {
    self.families = families
    places = Dictionary(
      families.enumerated().map { (NameRules.key($0.element.family.name), $0.offset) },
      uniquingKeysWith: { min($0, $1) })
  }

  /// The family of this name, as text 0.0.4 shows it: a counter's with its `_total`.
  public func family(_ name: String) -> FamilySnapshot? { places[NameRules.key(name)].map { families[$0] } }

  /// The series of this name with exactly these labels.
  public func series(_ name: String, _ labels: [String: String] = [:]) -> SeriesSnapshot? {
    family(name)?[LabelSet(labels.map { ($0.key, $0.value) })]
  }

  /// The number of a series with exactly these labels, exact up to 2^53; nil when there is none, or it is no number.
  public subscript(name: String, labels: [String: String] = [:]) -> Double? { series(name, labels)?.number }

  /// The sum over the numbers of all series that have these labels, whatever else they have; zero when there are none.
  public func total(_ name: String, where labels: [String: String] = [:]) -> Double {
    let all = family(name)?.series ?? []
    let matching = all.filter { one in labels.allSatisfy { (one.labels[$0.key] ?? "") == $0.value } }
    return matching.reduce(0) { $0 + ($1.number ?? 0) }
  }

  /// The histogram with exactly these labels.
  public func histogram(_ name: String, _ labels: [String: String] = [:]) -> HistogramSnapshot? {
    if case .histogram(let histogram) = series(name, labels)?.value { return histogram }
    return nil
  }

  /// The summary with exactly these labels.
  public func summary(_ name: String, _ labels: [String: String] = [:]) -> SummarySnapshot? {
    if case .summary(let summary) = series(name, labels)?.value { return summary }
    return nil
  }

  /// What changed since an earlier snapshot, series by series.
  ///
  /// Counters, histograms and the count and sum of summaries: what was added. A series that was not there before, has
  /// begun anew since, or has fallen, counts from zero, as in PromQL's `increase`, but exactly. Gauges and unknowns: the
  /// difference, which may be below zero. Infos, state sets and quantiles: as they are now. Series that have gone are
  /// absent.
  public func diff(since earlier: RegistrySnapshot) -> RegistrySnapshot {
    RegistrySnapshot(
      families: families.map { now in
        guard let before = earlier.family(now.family.name), before.family.type == now.family.type else { return now }
        var changes = FamilySnapshot(now.family)
        for one in now.series {
          changes.add(before[one.labels].map { SnapshotDifference.of(one, since: $0, now.family.type) } ?? one)
        }
        return changes
      })
  }

  /// ``diff(since:)``.
  public static func - (later: RegistrySnapshot, earlier: RegistrySnapshot) -> RegistrySnapshot {
    later.diff(since: earlier)
  }
}
