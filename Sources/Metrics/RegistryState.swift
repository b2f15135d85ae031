// What a registry keeps under its lock: families by name and in the order of an exposition, who has which name, and the
// collectors. Look-ups in tables and nothing else; what goes is handed out, to be let go of after the lock.
// SPDX-License-Identifier: Apache-2.0

/// The registrations of one registry. Used under its lock.
struct RegistryState: Sendable {
  /// Who is asked beside the families.
  enum Source: Sendable {
    case registry(Registry)
    case plain(PlainCollector)
    case guarded(GuardedCollector)
  }

  /// Sorted by name.
  private(set) var families: [any RegisteredFamily] = []
  /// In the order of their registration.
  private(set) var collectors: [Source] = []
  private var byName: [String: any RegisteredFamily] = [:]
  /// Who has each name that some exposition shows.
  private var owners: [String: String] = RegistryReport.owners

  /// The family of exactly this name.
  func family(_ name: String) -> (any RegisteredFamily)? {
    let family = byName[NameRules.key(name)]
    return family?.description.name.utf8.elementsEqual(name.utf8) == true ? family : nil
  }

  /// Adds a family that occupies `names`, unless somebody has one of them.
  mutating func add(_ family: any RegisteredFamily, names: [String]) throws(MetricsError) {
    let name = family.description.name
    try take(names, for: name, isCallback: false)
    byName[NameRules.key(name)] = family
    let place = families.firstIndex { name < $0.description.name } ?? families.endIndex
    families.insert(family, at: place)
  }

  /// Adds a collector that writes a metric of its own, unless somebody has the name.
  mutating func addCallback(_ collector: GuardedCollector) throws(MetricsError) {
    try take(collector.occupiedNames, for: collector.name, isCallback: true)
    collectors.append(.guarded(collector))
  }

  /// Adds a collector that has no name in an exposition.
  mutating func add(_ source: Source) { collectors.append(source) }

  private mutating func take(_ names: [String], for metric: String, isCallback: Bool) throws(MetricsError) {
    for name in names {
      guard let owner = owners[name] else { continue }
      let areCallbacks = isCallback && family(owner) == nil && RegistryReport.owners[owner] == nil
      throw RegistrationRules.clash(metric, with: owner, name, differsIn: areCallbacks ? "closure" : "kind")
    }
    for name in names { owners[name] = metric }
  }

  /// Takes out the family or callback of this name, and the collectors that were registered as `name`.
  mutating func remove(_ metric: String, collectors name: String) -> (family: (any RegisteredFamily)?, [Source]) {
    let gone = collectors.filter { Self.isNamed($0, metric, name) }
    let known = family(metric)
    if known == nil && gone.isEmpty { return (nil, []) }
    collectors.removeAll { Self.isNamed($0, metric, name) }
    if let known {
      byName[NameRules.key(metric)] = nil
      families.removeAll { $0 === known }
    }
    // The registry's own names are nobody's, so they are not among these.
    owners = owners.filter { !$0.value.utf8.elementsEqual(metric.utf8) }
    return (known, gone)
  }

  private static func isNamed(_ source: Source, _ metric: String, _ name: String) -> Bool {
    guard case .guarded(let collector) = source else { return false }
    return collector.name.utf8.elementsEqual(collector.occupiedNames.isEmpty ? name.utf8 : metric.utf8)
  }
}
