// What may stand in an exposition, for every format's writer: which families are open, whether a sample fits the one that
// it came with, whether its series was written before. What would make a scraper refuse the whole is dropped and counted.
// A family may come in pieces from several collectors, and the formats want each together: writers write pieces as they
// come, and the gate knows where each began.
//
// Collectors write the same families with the same series in the same order, scrape after scrape. What passed once is
// kept, and a family or a sample that comes in its turn again is only compared: an exposition that begins like the last
// one is as legal as it was so far. The first that is another one ends that, for the families or for its family, and
// from there on all is checked and noted anew. So nothing is kept that the last exposition did not have. A text writer
// also finds here where a line stood in the last text, and copies all of it but the value.
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
    /// The series that collectors wrote, once one came out of turn.
    var series: Set<LabelSet> = []
    var isHashed = false

    init(name: String, family: MetricFamily, owner: (any RegisteredFamily)?) {
      self.name = name
      self.family = family
      self.owner = owner
      takesValues = family.type != .histogram && family.type != .summary
      isSuffixedCounter = NameRules.isSuffixedCounter(family)
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
    /// How many lines stood before, in this exposition or, until the step comes, in the last one.
    var firstLine: Int
    private let isASCII: Bool

    init(_ family: MetricFamily, _ names: AllowedNames, place: Int?, count: Int, firstLine: Int) {
      self.family = family
      self.names = names
      self.place = place
      self.count = count
      self.firstLine = firstLine
      isASCII = (family.name + family.help).utf8.allSatisfy { $0 < 0x80 }
    }

    /// Whether it is the same to the byte, for sure.
    func isSame(_ other: MetricFamily, _ otherNames: AllowedNames) -> Bool {
      if names != otherNames { return false }
      return family.identity == other.identity
        || family.type == other.type && isSame(family.name, other.name) && isSame(family.help, other.help)
          && family.unit == other.unit
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
  /// Where each family's first line stands in this exposition; below zero while it has none. Apart from the rest, because
  /// an exposition that is like the last one needs nothing else of a family.
  private var firstLines: [Int32] = []
  /// The families whose series are a set in this exposition.
  private var hashed: [Int] = []
  /// The place of the family that occupies each name.
  private var places: [String: Int] = [:]
  private(set) var pieces: [Piece] = []
  /// The family of the last piece.
  private var written = -1
  /// True when the pieces do not stand in the order of their families.
  private(set) var isInPieces = false
  private var lines = KnownLines()
  /// The family that samples go to; nil when it was refused.
  private var current: Int?
  /// The families that collectors opened in this exposition or, while it is followed, in the last one.
  private var steps: [Step] = []
  private var nextStep = 0
  /// True while all families come as in the last exposition, which then had one.
  private(set) var isFollowing = false
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
    (written, isInPieces) = (-1, false)
    for place in hashed where place < families.count {
      (families[place].series, families[place].isHashed) = ([], false)
    }
    hashed.removeAll(keepingCapacity: true)
    if scheme != self.scheme || isOnce {
      families.removeAll(keepingCapacity: true)
      firstLines.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
      steps.removeAll(keepingCapacity: true)
    }
    for place in firstLines.indices { firstLines[place] = -1 }
    self.scheme = scheme
    names = .legacy
    isOnce = false
    nextStep = 0
    isFollowing = !steps.isEmpty
    lines.begin(following: isFollowing)
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
    lines.leave()
    if nextStep == steps.count { return }
    families.removeLast(families.count - open)
    firstLines.removeLast(firstLines.count - open)
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
        follow()
        return nil
      }
      leave()
    }
    let new = find(family)
    steps.append(Step(family, names, place: current, count: families.count, firstLine: lines.count))
    return new
  }

  /// Goes on with the family of the next step.
  private mutating func follow() {
    let first = steps[nextStep].firstLine
    current = steps[nextStep].place
    nextStep += 1
    lines.enter(first..<(nextStep < steps.count ? steps[nextStep].firstLine : lines.lastCount))
    steps[nextStep - 1].firstLine = lines.count
    if !hashed.isEmpty, let current, families[current].isHashed { lines.stop() }
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
    firstLines.append(-1)
    return place
  }

  /// Takes the series of a family whose labels are escaped into its own set, before others are joined to them.
  private mutating func disown(_ place: Int) {
    guard !isTrusted, let owner = families[place].owner, !owner.isLegacy else { return }
    hash(place)
    families[place].series.formUnion(owner.labelSets.compactMap { scheme.escaped($0) })
    families[place].owner = nil
  }

  /// Closes the family that was opened last, of which nothing was written.
  mutating func withdraw(_ family: any RegisteredFamily) {
    families.removeLast()
    firstLines.removeLast()
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
    if isKnown || !take(shown, current) {
      dropped.duplicates &+= 1
      return nil
    }
    return (current, shown)
  }

  /// Takes a series; false when it was there before.
  private mutating func take(_ labels: LabelSet, _ place: Int) -> Bool {
    if lines.take(labels) { return true }
    lines.stop()
    hash(place)
    if !families[place].series.insert(labels).inserted { return false }
    if !isOnce {
      lines.append(KnownLine(labels, family: place, isRising: families[place].isSuffixedCounter), labels)
    }
    return true
  }

  /// Makes a set of the series that the family has so far.
  private mutating func hash(_ place: Int) {
    if families[place].isHashed { return }
    families[place].isHashed = true
    hashed.append(place)
    if firstLines[place] >= 0 {
      families[place].series.formUnion(lines.labels(of: place, from: Int(firstLines[place])))
    }
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

  // MARK: Lines that come again

  /// The line of a sample with nothing beside its value that comes in its turn and needs no check but this one; nil for
  /// all others, which are to be admitted.
  @inline(__always) func known(_ labels: ObjectIdentifier, _ value: MetricValue, isOpenMetrics: Bool) -> KnownLine? {
    guard let line = lines.known, line.labels == labels, !line.head.isEmpty,
      line.hasMetadata == (firstLines[Int(line.family)] < 0), !(isOpenMetrics && line.isRising) || value.asDouble >= 0
    else { return nil }
    return line
  }

  /// The known line was written, and its head stands here.
  @inline(__always) mutating func follow(_ line: KnownLine, head: Range<Int>) {
    lines.follow(line.moved(to: head))
    _ = write(Int(line.family), at: head.lowerBound)
  }

  /// Notes where the head of the line stands that was admitted last.
  mutating func set(head: Range<Int>, hasMetadata: Bool) { lines.set(head: head, hasMetadata: hasMetadata) }

  // MARK: Pieces

  /// Notes that the family's samples go on here; true when they begin.
  @inline(__always) mutating func write(_ place: Int, at start: Int) -> Bool {
    if place != written { addPiece(place, start) }
    if firstLines[place] >= 0 { return false }
    firstLines[place] = Int32(clamping: max(0, lines.count - 1))
    return true
  }

  private mutating func addPiece(_ place: Int, _ start: Int) {
    if place < written { isInPieces = true }
    pieces.append(Piece(family: place, start: start))
    written = place
  }

  /// The pieces by family, each with its end.
  func orderedPieces(end: Int) -> [(family: Int, start: Int, end: Int)] {
    // From each piece to the next one of its family.
    var first = [Int](repeating: -1, count: families.count)
    var next = [Int](repeating: -1, count: pieces.count)
    for index in pieces.indices.reversed() {
      next[index] = first[pieces[index].family]
      first[pieces[index].family] = index
    }
    var ordered: [(family: Int, start: Int, end: Int)] = []
    ordered.reserveCapacity(pieces.count)
    for family in first.indices {
      var index = first[family]
      while index >= 0 {
        ordered.append((family, pieces[index].start, index + 1 < pieces.count ? pieces[index + 1].start : end))
        index = next[index]
      }
    }
    return ordered
  }
}
