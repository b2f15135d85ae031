// What may stand in an exposition, for every format's writer: which families are open, whether a sample fits the one that
// it came with, whether its series was written before. What would make a scraper refuse the whole is dropped and counted.
// A family may come in pieces from several collectors, and the formats want each together: writers write pieces as they
// come, and the gate knows where each began.
//
// Collectors write the same families with the same series in the same order, scrape after scrape. What passed once is
// kept, and a family or a sample that comes in its turn again is only compared: an exposition that begins like the last
// one is as legal as it was so far. The first that is another one ends that, for the families or for its family, and
// from there on all is checked and noted anew. So nothing is kept that the last exposition did not have.
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
    let takesValues: Bool
    let isSuffixedCounter: Bool
    /// The series that collectors wrote, all different, in their order; those from `cursor` on in the last exposition.
    var sequence: [LabelSet] = []
    var cursor = 0
    /// The same as a set, once one came out of turn.
    var series: Set<LabelSet> = []
    var isHashed = false
    var isEmpty = true

    init(name: String, family: MetricFamily, owner: (any RegisteredFamily)?) {
      self.name = name
      self.family = family
      self.owner = owner
      takesValues = family.type != .histogram && family.type != .summary
      isSuffixedCounter = NameRules.isSuffixedCounter(family)
    }

    /// Begins anew and keeps what came this time.
    mutating func rewind() {
      sequence.removeLast(sequence.count - cursor)
      cursor = 0
      series = []
      isHashed = false
      isEmpty = true
    }

    /// Takes a series; false when it was there before.
    mutating func take(_ labels: LabelSet) -> Bool {
      if !isHashed {
        if cursor < sequence.count, sequence[cursor] == labels {
          cursor &+= 1
          return true
        }
        sequence.removeLast(sequence.count - cursor)
        series.formUnion(sequence)
        isHashed = true
      }
      guard series.insert(labels).inserted else { return false }
      sequence.append(labels)
      cursor &+= 1
      return true
    }
  }

  /// A family as a collector opened it, and what became of it.
  private struct Step {
    let family: MetricFamily
    let names: AllowedNames
    /// Nil where it was refused.
    let place: Int?
    /// How many families were open then.
    let count: Int
    private let isASCII: Bool

    init(_ family: MetricFamily, _ names: AllowedNames, place: Int?, count: Int) {
      self.family = family
      self.names = names
      self.place = place
      self.count = count
      isASCII = (family.name + family.help).utf8.allSatisfy { $0 < 0x80 }
    }

    /// Whether it is the same to the byte, for sure.
    func isSame(_ other: MetricFamily, _ otherNames: AllowedNames) -> Bool {
      family.type == other.type && names == otherNames && isSame(family.name, other.name)
        && isSame(family.help, other.help) && family.unit == other.unit
    }

    /// Swift's own comparison, which is quick where the storage is the same one, takes different bytes for the same text
    /// where Unicode does; those of another text than ASCII are more.
    private func isSame(_ left: String, _ right: String) -> Bool {
      left == right && left.utf8.count == right.utf8.count && (isASCII || left.utf8.elementsEqual(right.utf8))
    }
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
  /// The families that collectors opened in this exposition or, while it is followed, in the last one.
  private var steps: [Step] = []
  private var nextStep = 0
  private var isFollowing = false
  /// Nothing is to be kept for the next exposition; a registry's own families change without a word.
  private var isOnce = false
  /// True while the current family's owner writes, who knows that its samples are legal and different.
  var isTrusted = false

  /// What was left out since the gate was made.
  private(set) var dropped = ExpositionDrops()

  /// The names of the registry whose samples come next.
  var names = AllowedNames.legacy
  /// How the exposition shows names that are not legal by the old rules.
  private(set) var scheme = EscapingScheme.underscores

  /// Forgets all families, for the next exposition, or keeps them to compare.
  mutating func begin(_ scheme: EscapingScheme) {
    leave()
    pieces.removeAll(keepingCapacity: true)
    if scheme != self.scheme || isOnce {
      families.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
      steps.removeAll(keepingCapacity: true)
    }
    for place in families.indices { families[place].rewind() }
    self.scheme = scheme
    names = .legacy
    isOnce = false
    nextStep = 0
    isFollowing = !steps.isEmpty
    current = nil
  }

  /// Has all that comes checked, in this exposition and the next one.
  mutating func forget() {
    leave()
    isOnce = true
  }

  /// Goes on as if all families so far had been opened one by one, and forgets those that have not come.
  private mutating func leave() {
    if !isFollowing { return }
    let open = nextStep > 0 ? steps[nextStep - 1].count : 0
    isFollowing = false
    if nextStep == steps.count { return }
    families.removeLast(families.count - open)
    steps.removeLast(steps.count - nextStep)
    places.removeAll(keepingCapacity: true)
    for (place, one) in families.enumerated() {
      for name in occupiedNames(one.family, isLegacy: NameRules.isMetricName(one.name)) { places[name] = place }
    }
  }

  // MARK: Families

  /// How many are known, of this exposition and of the one that it follows: they are numbered from 0.
  var count: Int { families.count }

  /// The family with this number, as the exposition shows it.
  func family(_ place: Int) -> MetricFamily { families[place].family }

  /// Opens a family, or goes on with it when it was open before. Gives its number when it is new; one that comes in its
  /// turn has its number of the last exposition, and is not new.
  mutating func open(_ family: MetricFamily) -> Int? {
    if isFollowing {
      if nextStep < steps.count, steps[nextStep].isSame(family, names) {
        current = steps[nextStep].place
        nextStep += 1
        return nil
      }
      leave()
    }
    let new = find(family)
    steps.append(Step(family, names, place: current, count: families.count))
    return new
  }

  private mutating func find(_ family: MetricFamily) -> Int? {
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
    let occupied = occupiedNames(shown, isLegacy: isLegacy)
    if occupied.contains(where: { places[$0] != nil }) { return nil }
    current = add(OpenFamily(name: family.name, family: shown, owner: nil), occupied)
    return current
  }

  /// Opens a registry's family, whose samples need no check; nil when a name of it is taken, as by a second registry's
  /// family: that one goes the way of all samples.
  mutating func open(_ family: any RegisteredFamily) -> Int? {
    leave()
    isOnce = true
    let occupied = occupiedNames(family)
    if occupied.contains(where: { places[$0] != nil }) { return nil }
    let shown = family.isLegacy ? family.description : scheme.escaped(family.description)
    return add(OpenFamily(name: family.description.name, family: shown, owner: family), occupied)
  }

  private func occupiedNames(_ shown: MetricFamily, isLegacy: Bool) -> [String] {
    isLegacy ? NameRules.occupiedNames(shown) : NameRules.occupiedNames(shown).map(NameRules.key)
  }

  private func occupiedNames(_ family: any RegisteredFamily) -> [String] {
    if family.isLegacy { return family.occupiedNames }
    return occupiedNames(scheme.escaped(family.description), isLegacy: false)
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
    families[place].isHashed = true
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
    guard let current else { return refuse() }
    let mayGoDown = !isOpenMetrics || !families[current].isSuffixedCounter
    return admit(labels, current, families[current].takesValues && (mayGoDown || value.asDouble >= 0))
  }

  /// The place of a histogram, when it may stand in its family.
  mutating func admit(_ labels: LabelSet, _ snapshot: HistogramSnapshot) -> Place? {
    guard let current else { return refuse() }
    let bounds = Buckets.explicit(snapshot.upperBounds)
    let isLegal =
      families[current].family.type == .histogram && snapshot.counts.count == snapshot.upperBounds.count + 1
      && !snapshot.overflows && (bounds.areValid || bounds.upperBounds.isEmpty) && labels["le"] == nil
      && snapshot.native?.isValid(count: snapshot.count) != false
    return admit(labels, current, isLegal)
  }

  /// The place of a summary, when it may stand in its family.
  mutating func admit(_ labels: LabelSet, _ snapshot: SummarySnapshot) -> Place? {
    guard let current else { return refuse() }
    let isLegal =
      families[current].family.type == .summary && labels["quantile"] == nil
      && snapshot.quantiles.allSatisfy { 0...1 ~= $0.quantile }
    return admit(labels, current, isLegal)
  }

  private mutating func admit(_ labels: LabelSet, _ current: Int, _ isLegal: Bool) -> Place? {
    guard let shown = shown(labels), isTrusted || isLegal else { return refuse() }
    if isTrusted && labels.areNamesLegal { return (current, shown) }
    let isKnown = !isTrusted && families[current].owner?.has(shown) == true
    if isKnown || !families[current].take(shown) {
      dropped.duplicates &+= 1
      return nil
    }
    return (current, shown)
  }

  private mutating func refuse() -> Place? {
    dropped.invalid &+= 1
    return nil
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
