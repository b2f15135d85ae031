// What may stand in an exposition, for every format's writer: which families are open, whether a sample fits the one that
// it came with, whether its series was written before. What would make a scraper refuse the whole is dropped and counted.
// A family may come in pieces from several collectors, and the formats want each together: writers write pieces as they
// come, and the gate knows where each began.
// SPDX-License-Identifier: Apache-2.0

/// The checks of one exposition. Not thread-safe, like the writer that has it.
struct FamilyGate {
  private struct OpenFamily {
    /// The name before it was escaped.
    let name: String
    /// As the exposition shows it.
    let family: MetricFamily
    /// Who has checked the series so far.
    var owner: (any RegisteredFamily)?
    /// The series that collectors wrote.
    var series: Set<LabelSet> = []
    var isEmpty = true
  }

  /// A stretch of what was written, to the start of the next one.
  struct Piece {
    let family: Int
    let start: Int
  }

  private var families: [OpenFamily] = []
  /// The place of the family that occupies each name.
  private var places: [String: Int] = [:]
  private(set) var pieces: [Piece] = []
  /// The family that samples go to; nil when it was refused.
  private var current: Int?
  /// True while the current family's owner writes, who knows that its samples are legal and different.
  var isTrusted = false

  /// What was left out since the gate was made.
  private(set) var dropped = ExpositionDrops()

  /// The names of the registry whose samples come next.
  var names = AllowedNames.legacy
  /// How the exposition shows names that are not legal by the old rules.
  private(set) var scheme = EscapingScheme.underscores

  /// Forgets all families, for the next exposition.
  mutating func begin(_ scheme: EscapingScheme) {
    self.scheme = scheme
    names = .legacy
    families.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    current = nil
  }

  // MARK: Families

  /// How many are open: they are numbered from 0.
  var count: Int { families.count }

  /// The family with this number, as the exposition shows it.
  func family(_ place: Int) -> MetricFamily { families[place].family }

  /// Opens a family, or goes on with it when it was open before. Gives its number when it is new.
  mutating func open(_ family: MetricFamily) -> Int? {
    current = nil
    let isLegacy = NameRules.isMetricName(family.name)
    if !isLegacy && !names.takes(metric: family.name) { return nil }
    let shown = isLegacy ? family : scheme.escaped(family)
    if let place = places[isLegacy ? shown.name : NameRules.key(shown.name)] {
      let known = families[place]
      // Two names that were escaped to one are two metrics.
      let isSame = known.name.utf8.elementsEqual(family.name.utf8) && known.family.name == shown.name
      if isSame && known.family.type == family.type {
        disown(place)
        current = place
      }
      return nil
    }
    let occupied = isLegacy ? NameRules.occupiedNames(shown) : NameRules.occupiedNames(shown).map(NameRules.key)
    if occupied.contains(where: { places[$0] != nil }) { return nil }
    current = add(OpenFamily(name: family.name, family: shown, owner: nil), occupied)
    return current
  }

  /// Opens a registry's family, whose samples need no check; nil when a name of it is taken, as by a second registry's
  /// family: that one goes the way of all samples.
  mutating func open(_ family: any RegisteredFamily) -> Int? {
    let occupied = occupiedNames(family)
    if occupied.contains(where: { places[$0] != nil }) { return nil }
    let shown = family.isLegacy ? family.description : scheme.escaped(family.description)
    return add(OpenFamily(name: family.description.name, family: shown, owner: family), occupied)
  }

  private func occupiedNames(_ family: any RegisteredFamily) -> [String] {
    if family.isLegacy { return family.occupiedNames }
    return NameRules.occupiedNames(scheme.escaped(family.description)).map(NameRules.key)
  }

  private mutating func add(_ family: OpenFamily, _ occupied: [String]) -> Int {
    let place = families.count
    for name in occupied { places[name] = place }
    families.append(family)
    return place
  }

  /// Takes the series of a family whose labels are escaped into its own set, before others are joined to them.
  private mutating func disown(_ place: Int) {
    guard !isTrusted, let owner = families[place].owner, !owner.isLegacy else { return }
    families[place].series.formUnion(owner.labelSets.compactMap { scheme.escaped($0) })
    families[place].owner = nil
  }

  /// Closes the family that was opened last, of which nothing was written.
  mutating func withdraw(_ family: any RegisteredFamily) {
    families.removeLast()
    for name in occupiedNames(family) { places[name] = nil }
    current = nil
  }

  // MARK: Samples

  /// Where a sample stands, and the labels under the names that the exposition shows.
  typealias Place = (family: Int, labels: LabelSet)

  /// The place of a sample, when it may stand in its family.
  mutating func admit(_ labels: LabelSet, _ value: MetricValue, isOpenMetrics: Bool) -> Place? {
    admit(labels) { family in
      let isForbidden = isOpenMetrics && NameRules.isSuffixedCounter(family) && !(value.asDouble >= 0)
      return family.type != .histogram && family.type != .summary && !isForbidden
    }
  }

  /// The place of a histogram, when it may stand in its family.
  mutating func admit(_ labels: LabelSet, _ snapshot: HistogramSnapshot) -> Place? {
    let bounds = Buckets.explicit(snapshot.upperBounds)
    return admit(labels) { family in
      family.type == .histogram && snapshot.counts.count == snapshot.upperBounds.count + 1 && !snapshot.overflows
        && (bounds.areValid || bounds.upperBounds.isEmpty) && labels["le"] == nil
        && snapshot.native?.isValid(count: snapshot.count) != false
    }
  }

  /// The place of a summary, when it may stand in its family.
  mutating func admit(_ labels: LabelSet, _ snapshot: SummarySnapshot) -> Place? {
    admit(labels) { family in
      family.type == .summary && labels["quantile"] == nil && snapshot.quantiles.allSatisfy { 0...1 ~= $0.quantile }
    }
  }

  private mutating func admit(_ labels: LabelSet, where isLegal: (MetricFamily) -> Bool) -> Place? {
    guard let current, let shown = shown(labels), isTrusted || isLegal(families[current].family) else {
      dropped.invalid &+= 1
      return nil
    }
    if isTrusted && labels.areNamesLegal { return (current, shown) }
    let isKnown = !isTrusted && families[current].owner?.has(shown) == true
    if isKnown || !families[current].series.insert(shown).inserted {
      dropped.duplicates &+= 1
      return nil
    }
    return (current, shown)
  }

  /// The labels under the names that they have here; nil when they may not stand in it.
  private func shown(_ labels: LabelSet) -> LabelSet? {
    if labels.areNamesLegal { return labels }
    return names == .legacy ? nil : scheme.escaped(labels)
  }

  // MARK: Pieces

  /// Notes that the family's samples go on here; true when they begin.
  mutating func write(_ place: Int, at start: Int) -> Bool {
    if pieces.last?.family != place { pieces.append(Piece(family: place, start: start)) }
    defer { families[place].isEmpty = false }
    return families[place].isEmpty
  }

  /// True when the pieces do not stand in the order of their families.
  var isInPieces: Bool { zip(pieces, pieces.dropFirst()).contains { $0.family >= $1.family } }

  /// The pieces by family, each with its end.
  func orderedPieces(end: Int) -> [(family: Int, start: Int, end: Int)] {
    let ends = pieces.dropFirst().map(\.start) + [end]
    let all = zip(pieces, ends).map { (family: $0.family, start: $0.start, end: $1) }
    return all.sorted { ($0.family, $0.start) < ($1.family, $1.start) }
  }
}
