// What a registry says of itself: only what went wrong, and nothing as long as all is well, so that a service's
// exposition holds its own metrics alone.
// SPDX-License-Identifier: Apache-2.0

/// The self-metrics of a registry.
struct RegistryReport: Sendable {
  private static let folded = MetricFamily(
    "vitals_metrics_folded_total", .counter, help: "Lookups of label values past the family's limit on series.")
  private static let expired = MetricFamily(
    "vitals_metrics_expired_total", .counter, help: "Series that ended because nobody used them.")
  private static let ignored = MetricFamily(
    "vitals_metrics_ignored_values_total", .counter, help: "Values that an instrument refused: negative or not finite.")
  private static let exemplars = MetricFamily(
    "vitals_metrics_dropped_exemplars_total", .counter, help: "Exemplars too long for a scraper, or with a bad name.")
  private static let dropped = MetricFamily(
    "vitals_metrics_dropped_samples_total", .counter, help: "Samples left out of expositions, by reason.")

  private let duplicates = AtomicCount()
  private let invalid = AtomicCount()

  /// The names that no instrument may take, each with the family that has it.
  static var owners: [String: String] {
    var owners: [String: String] = [:]
    for family in [folded, expired, ignored, exemplars, dropped] + CollectorReport.families {
      for name in NameRules.occupiedNames(family) { owners[name] = family.name }
    }
    return owners
  }

  /// Takes over what a writer dropped.
  func add(_ drops: ExpositionDrops) {
    duplicates.add(drops.duplicates)
    invalid.add(drops.invalid)
  }

  /// True when there is nothing to say of writers.
  var isAllWell: Bool { duplicates.value == 0 && invalid.value == 0 }

  /// True when there is nothing to say of the family.
  static func isAllWell(_ family: any RegisteredFamily) -> Bool {
    family.folded.value == 0 && family.ignored.value == 0 && family.droppedExemplars.value == 0
      && family.expired.value == 0
  }

  /// Writes what is not zero, over all registries of a collection.
  static func write(_ reports: [RegistryReport], _ families: [any RegisteredFamily], into sink: any SampleSink) {
    let drops = reports.flatMap { [("duplicate", $0.duplicates.value), ("invalid", $0.invalid.value)] }
    write(dropped, "reason", drops, into: sink)
    write(folded, "family", families.map { ($0.description.name, $0.folded.value) }, into: sink)
    write(expired, "family", families.map { ($0.description.name, $0.expired.value) }, into: sink)
    write(ignored, "family", families.map { ($0.description.name, $0.ignored.value) }, into: sink)
    write(exemplars, "family", families.map { ($0.description.name, $0.droppedExemplars.value) }, into: sink)
  }

  /// Equal label values, as two registries may have them, are added up.
  private static func write(
    _ family: MetricFamily, _ label: String, _ counts: [(value: String, count: UInt64)], into sink: any SampleSink
  ) {
    var totals: [String: UInt64] = [:]
    for (value, count) in counts where count > 0 { totals[value, default: 0] &+= count }
    if totals.isEmpty { return }
    sink.family(family)
    for (value, count) in totals.sorted(by: { $0.key < $1.key }) {
      sink.sample(LabelSet([(label, value)]), .unsigned(count))
    }
  }
}
