// What may stand in an exposition, for every format's writer: which families are open, whether a sample fits the one that
// it came with, whether its series was written before. What would make a scraper refuse the whole is dropped and counted.
// A family may come in pieces from several collectors, and the formats want each together: writers write pieces as they
// come, and the gate knows where each began.
// SPDX-License-Identifier: Apache-2.0

/// The checks of one exposition. Not thread-safe, like the writer that has it.
struct FamilyGate {
  private struct OpenFamily {
    let family: MetricFamily
    /// Who has checked the series so far.
    let owner: (any RegisteredFamily)?
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

  /// Forgets all families, for the next exposition.
  mutating func begin() {
    families.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    current = nil
  }

  // MARK: Families

  /// How many are open: they are numbered from 0.
  var count: Int { families.count }

  /// The family with this number.
  func family(_ place: Int) -> MetricFamily { families[place].family }

  /// Opens a family, or goes on with it when it was open before. Gives its number when it is new.
  mutating func open(_ family: MetricFamily) -> Int? {
    current = nil
    // Legal names are ASCII, which Swift compares as a scraper does.
    if !NameRules.isMetricName(family.name) { return nil }
    if let place = places[family.name] {
      let known = families[place].family
      if known.name == family.name && known.type == family.type { current = place }
      return nil
    }
    let names = NameRules.occupiedNames(family)
    if names.contains(where: { places[$0] != nil }) { return nil }
    current = add(family, names, owner: nil)
    return current
  }

  /// Opens a registry's family, whose samples need no check; nil when a name of it is taken, as by a second registry's
  /// family: that one goes the way of all samples.
  mutating func open(_ family: any RegisteredFamily) -> Int? {
    let names = family.occupiedNames
    if names.contains(where: { places[$0] != nil }) { return nil }
    return add(family.description, names, owner: family)
  }

  private mutating func add(_ family: MetricFamily, _ names: [String], owner: (any RegisteredFamily)?) -> Int {
    let place = families.count
    for name in names { places[name] = place }
    families.append(OpenFamily(family: family, owner: owner))
    return place
  }

  /// Closes the family that was opened last, of which nothing was written.
  mutating func withdraw(_ family: any RegisteredFamily) {
    families.removeLast()
    for name in family.occupiedNames { places[name] = nil }
    current = nil
  }

  // MARK: Samples

  /// The place of a sample's family, when it may stand there.
  mutating func admit(_ labels: LabelSet, _ value: MetricValue, isOpenMetrics: Bool) -> Int? {
    admit(labels) { family in
      let isForbidden = isOpenMetrics && NameRules.isSuffixedCounter(family) && !(value.asDouble >= 0)
      return family.type != .histogram && family.type != .summary && !isForbidden
    }
  }

  /// The place of a histogram's family, when it may stand there.
  mutating func admit(_ labels: LabelSet, _ snapshot: HistogramSnapshot) -> Int? {
    let bounds = Buckets.explicit(snapshot.upperBounds)
    return admit(labels) { family in
      family.type == .histogram && snapshot.counts.count == snapshot.upperBounds.count + 1 && !snapshot.overflows
        && (bounds.areValid || bounds.upperBounds.isEmpty) && labels["le"] == nil
        && snapshot.native?.isValid(count: snapshot.count) != false
    }
  }

  /// The place of a summary's family, when it may stand there.
  mutating func admit(_ labels: LabelSet, _ snapshot: SummarySnapshot) -> Int? {
    admit(labels) { family in
      family.type == .summary && labels["quantile"] == nil && snapshot.quantiles.allSatisfy { 0...1 ~= $0.quantile }
    }
  }

  private mutating func admit(_ labels: LabelSet, where isLegal: (MetricFamily) -> Bool) -> Int? {
    if isTrusted { return current }
    guard let current, labels.areNamesLegal, isLegal(families[current].family) else {
      dropped.invalid &+= 1
      return nil
    }
    let isKnown = families[current].owner?.has(labels) == true
    if isKnown || !families[current].series.insert(labels).inserted {
      dropped.duplicates &+= 1
      return nil
    }
    return current
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
