// What a registry asks of a family before it takes it, and when a family that is there answers for a new request.
// SPDX-License-Identifier: Apache-2.0

/// The checks of a registration.
enum RegistrationRules {
  /// Names, labels and unit by themselves.
  static func check(_ family: MetricFamily, labels: [String], _ scope: RegistryScope) throws(MetricsError) {
    if !scope.names.takes(metric: family.name) { throw .invalidName(family.name) }
    if let unit = family.unit, !NameRules.endsWithUnit(family) {
      throw .unitNotSuffix(metric: family.name, unit: unit)
    }
    try check(labels: labels, of: family.name, scope)
  }

  /// Names of labels, by themselves and beside the constant ones.
  static func check(labels: [String], of metric: String, _ scope: RegistryScope) throws(MetricsError) {
    let constant = scope.constantLabels.map(\.name)
    try check(constant, of: metric, scope)
    try check(labels, of: metric, scope)
    for label in labels where constant.contains(where: { $0.utf8.elementsEqual(label.utf8) }) {
      throw .constantLabel(metric: metric, label: label)
    }
    for scheme in scope.names.distinguishing { try check(constant + labels, of: metric, apartIn: scheme) }
  }

  private static func check(_ labels: [String], of metric: String, _ scope: RegistryScope) throws(MetricsError) {
    var seen: Set<String> = []
    for label in labels {
      if NameRules.isReservedLabel(label) { throw .reservedLabel(metric: metric, label: label) }
      if !scope.names.takes(label: label) || !seen.insert(NameRules.key(label)).inserted {
        throw .invalidLabel(metric: metric, label: label)
      }
    }
  }

  private static func check(
    _ labels: [String], of metric: String, apartIn scheme: EscapingScheme
  ) throws(MetricsError) {
    var owners: [String: String] = ["__name__": "__name__"]
    for label in labels {
      let name = scheme.escaped(label: label)
      if let owner = owners.updateValue(label, forKey: name) {
        throw .labelClash(metric: metric, label: label, with: owner, name: name)
      }
    }
  }

  /// The names that the family occupies in some format and in the schemes where names must stay apart.
  static func distinctNames(_ family: MetricFamily, _ names: AllowedNames) -> [String] {
    if NameRules.isMetricName(family.name) { return NameRules.occupiedNames(family) }
    return Set(names.distinguishing.flatMap { NameRules.occupiedNames($0.escaped(family)) }).sorted()
  }

  /// Refuses a metric for a name that another one has; `property` is what differs when that is the metric's own name.
  static func clash(_ metric: String, with owner: String, _ name: String, differsIn property: String) -> MetricsError {
    metric.utf8.elementsEqual(owner.utf8)
      ? .conflict(metric: metric, differsIn: property) : .nameClash(metric: metric, with: owner, name: name)
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
