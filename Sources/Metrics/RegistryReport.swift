// What a registry says of itself: only what went wrong, and nothing as long as all is well, so that a service's
// exposition holds its own metrics alone.
// SPDX-License-Identifier: Apache-2.0

/// The self-metrics of a registry.
struct RegistryReport: Sendable {
  private static let folded = MetricFamily(
    "vitals_metrics_folded_total", .counter, help: "Lookups of label values past the family's limit on series.")
  private static let ignored = MetricFamily(
    "vitals_metrics_ignored_values_total", .counter, help: "Values that an instrument refused: negative or not finite.")
  private static let dropped = MetricFamily(
    "vitals_metrics_dropped_samples_total", .counter, help: "Samples left out of expositions, by reason.")

  private let duplicates = AtomicCount()
  private let invalid = AtomicCount()

  /// The names that no instrument may take, each with the family that has it.
  static var owners: [String: String] {
    var owners: [String: String] = [:]
    for family in [folded, ignored, dropped] {
      for name in NameRules.occupiedNames(family) { owners[name] = family.name }
    }
    return owners
  }

  /// Takes over what a writer dropped.
  func add(_ drops: ExpositionDrops) {
    duplicates.add(drops.duplicates)
    invalid.add(drops.invalid)
  }

  /// Writes what is not zero.
  func write(_ families: [any RegisteredFamily], into sink: any SampleSink) {
    write(Self.dropped, "reason", [("duplicate", duplicates.value), ("invalid", invalid.value)], into: sink)
    write(Self.folded, "family", families.map { ($0.description.name, $0.folded.value) }, into: sink)
    write(Self.ignored, "family", families.map { ($0.description.name, $0.ignored.value) }, into: sink)
  }

  private func write(
    _ family: MetricFamily, _ label: String, _ counts: [(value: String, count: UInt64)], into sink: any SampleSink
  ) {
    let counts = counts.filter { $0.count > 0 }
    if counts.isEmpty { return }
    sink.family(family)
    for (value, count) in counts { sink.sample(LabelSet([(label, value)]), .unsigned(count)) }
  }
}
