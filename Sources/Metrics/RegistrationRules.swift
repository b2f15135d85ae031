// What a registry asks of a family before it takes it, and when a family that is there answers for a new request.
// SPDX-License-Identifier: Apache-2.0

/// The checks of a registration.
enum RegistrationRules {
  /// Names, labels and unit by themselves.
  static func check(_ family: MetricFamily, labels: [String]) throws(MetricsError) {
    if !NameRules.isMetricName(family.name) { throw .invalidName(family.name) }
    if let unit = family.unit, !NameRules.endsWithUnit(family) {
      throw .unitNotSuffix(metric: family.name, unit: unit)
    }
    try check(labels: labels, of: family.name)
  }

  /// Names of labels by themselves.
  static func check(labels: [String], of metric: String) throws(MetricsError) {
    var seen: Set<String> = []
    for label in labels {
      if NameRules.isReservedLabel(label) { throw .reservedLabel(metric: metric, label: label) }
      if !NameRules.isLabelName(label) || !seen.insert(label).inserted {
        throw .invalidLabel(metric: metric, label: label)
      }
    }
  }

  /// The existing family, when it is what was asked for in every respect.
  static func match<Child: AnyObject & Sendable>(
    _ existing: any RegisteredFamily, _ wanted: Family<Child>
  ) throws(MetricsError) -> Family<Child> {
    let name = wanted.description.name
    guard let family = existing as? Family<Child> else { throw .conflict(metric: name, differsIn: "kind") }
    if family.description.help != wanted.description.help { throw .conflict(metric: name, differsIn: "help text") }
    if family.description.unit != wanted.description.unit { throw .conflict(metric: name, differsIn: "unit") }
    if family.labelNames != wanted.labelNames { throw .conflict(metric: name, differsIn: "set of labels") }
    if family.buckets != wanted.buckets { throw .conflict(metric: name, differsIn: "set of buckets") }
    if let trait = family.traits.difference(from: wanted.traits) { throw .conflict(metric: name, differsIn: trait) }
    return family
  }
}
