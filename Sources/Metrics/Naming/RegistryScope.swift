// What a registry adds to all that is registered in it, and which names it takes. It is applied once, when a family is
// made, so that every format and every reader sees the same.
// SPDX-License-Identifier: Apache-2.0

/// The prefix, the constant labels and the name rules of one registry.
struct RegistryScope: Sendable {
  /// Which names are taken.
  let names: AllowedNames
  /// Stands before every name.
  let prefix: String
  /// Stand in every series.
  let constantLabels: [(name: String, value: String)]

  /// Nothing added.
  static let plain = RegistryScope(names: .legacy, prefix: "", constantLabels: [])

  /// The family under its whole name.
  func whole(_ family: MetricFamily) -> MetricFamily {
    if prefix.isEmpty { return family }
    return MetricFamily(prefix + family.name, family.type, help: family.help, unit: family.unit)
  }

  /// The labels of one series, the constant ones among them.
  func labels(_ names: [String], _ values: [String]) -> LabelSet {
    LabelSet(zip(names, values).map { ($0, $1) } + constantLabels)
  }
}
