// Renders samples as text 0.0.4 or OpenMetrics, into one buffer that is kept for the next time. Families may come in
// pieces from several collectors, and the formats want each together: pieces are written as they come, and put in order
// at the end when there is a family with more than one. What would make a scraper refuse the whole text is dropped and
// counted instead. A registry's own families skip the checks that its registration has made.
// SPDX-License-Identifier: Apache-2.0

/// Writes an exposition. Not thread-safe: one collection, one writer, which ``begin(_:)`` makes ready for the next.
package final class TextWriter: EscapingSink {
  private struct OpenFamily {
    /// The name before it was escaped.
    let name: String
    let lines: TextLines
    /// Who has checked the series so far.
    var owner: (any RegisteredFamily)?
    /// The series that collectors wrote.
    var series: Set<LabelSet> = []
    var isEmpty = true
    var family: MetricFamily { lines.family }
  }

  /// A stretch of the text, to the start of the next one.
  private struct Piece {
    let family: Int
    let start: Int
  }

  private var format: ExpositionFormat
  /// The names of the registry whose samples come next.
  var names = AllowedNames.legacy
  private var lines = LineBuffer()
  private var families: [OpenFamily] = []
  /// The place of the family that occupies each name.
  private var places: [String: Int] = [:]
  private var pieces: [Piece] = []
  /// The family that samples go to; nil when it was refused.
  private var current: Int?

  /// What was left out since the writer was made.
  package private(set) var dropped = ExpositionDrops()

  /// A writer of this format.
  package init(format: ExpositionFormat) { self.format = format }

  /// Makes an empty text of this format; the memory is kept.
  func begin(_ format: ExpositionFormat) {
    self.format = format
    lines.text.removeAll()
    families.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    current = nil
    names = .legacy
  }

  // MARK: Families

  /// Opens a family, or goes on with it when it was open before.
  package func family(_ family: MetricFamily) {
    current = nil
    if !names.takes(metric: family.name) { return }
    let shown = format.names.escaped(family)
    if let place = places[NameRules.key(shown.name)] {
      let known = families[place]
      // Two names that were escaped to one are two metrics.
      let isSame = known.name.utf8.elementsEqual(family.name.utf8) && known.family.name == shown.name
      if isSame && known.family.type == family.type {
        disown(place)
        current = place
      }
      return
    }
    let occupied = NameRules.occupiedNames(shown).map(NameRules.key)
    if occupied.contains(where: { places[$0] != nil }) { return }
    current = open(shown, occupied, name: family.name, owner: nil)
  }

  /// Writes a registry's family whole; a second registry's family of the same name goes the way of all samples.
  func write(_ family: any RegisteredFamily) {
    let scheme = format.names
    let shown = family.isLegacy ? family.description : scheme.escaped(family.description)
    let names = family.isLegacy ? family.occupiedNames : NameRules.occupiedNames(shown).map(NameRules.key)
    if names.contains(where: { places[$0] != nil }) || !family.canAppendLines(scheme) {
      return family.write(into: self)
    }
    let (start, count) = (lines.text.count, families.count)
    let place = open(shown, names, name: family.description.name, owner: family)
    families[place].lines.appendMetadata(to: &lines.text)
    switch family.appendLines(to: &lines, isOpenMetrics: format.isOpenMetrics, scheme) {
    case .appended:
      families[place].isEmpty = false
      pieces.append(Piece(family: place, start: start))
    case .needSink:
      // It stays open under no owner: its series come as a collector's do, and are checked like those.
      lines.text.truncate(to: start)
      families[place].owner = nil
      family.write(into: self)
    case .none:
      lines.text.truncate(to: start)
      families.removeLast(families.count - count)
      for name in names { places[name] = nil }
    }
  }

  /// Takes the series of a family whose labels are escaped into its own set, before others are joined to them.
  private func disown(_ place: Int) {
    guard let owner = families[place].owner, !owner.isLegacy else { return }
    families[place].series.formUnion(owner.labelSets.compactMap { format.names.escaped($0) })
    families[place].owner = nil
  }

  private func open(
    _ family: MetricFamily, _ names: [String], name: String, owner: (any RegisteredFamily)?
  ) -> Int {
    let place = families.count
    for name in names { places[name] = place }
    let lines = TextLines(
      family: family, isOpenMetrics: format.isOpenMetrics, hasCreatedLines: owner?.hasCreatedLines ?? false)
    families.append(OpenFamily(name: name, lines: lines, owner: owner))
    return place
  }

  /// The labels under the names that they have in this text; nil when they may not stand in it.
  private func shown(_ labels: LabelSet) -> LabelSet? {
    if labels.areNamesLegal { return labels }
    return names == .legacy ? nil : format.names.escaped(labels)
  }

  // MARK: Samples

  /// Writes a line.
  package func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    write(labels) { family in
      let isForbidden = format.isOpenMetrics && NameRules.isSuffixedCounter(family) && !(value.asDouble >= 0)
      return family.type != .histogram && family.type != .summary && !isForbidden
    } line: { lines, labels, text in
      lines.append(labels, value, details, to: &text)
    }
  }

  /// Writes the lines of a histogram.
  package func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    let bounds = Buckets.explicit(snapshot.upperBounds)
    write(labels) { family in
      family.type == .histogram && snapshot.counts.count == snapshot.upperBounds.count + 1 && !snapshot.overflows
        && (bounds.areValid || bounds.upperBounds.isEmpty) && labels["le"] == nil
    } line: { lines, labels, text in
      lines.append(labels, snapshot, to: &text)
    }
  }

  /// Writes the lines of a summary.
  package func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    write(labels) { family in
      family.type == .summary && labels["quantile"] == nil && snapshot.quantiles.allSatisfy { 0...1 ~= $0.quantile }
    } line: { lines, labels, text in
      lines.append(labels, snapshot, to: &text)
    }
  }

  /// Writes a series once, if it may stand in its family.
  private func write(
    _ labels: LabelSet, where isLegal: (MetricFamily) -> Bool, line: (TextLines, LabelSet, inout TextBuffer) -> Void
  ) {
    guard let current, isLegal(families[current].family), let labels = shown(labels) else {
      return dropped.invalid &+= 1
    }
    let isKnown = families[current].owner?.has(labels) == true
    if isKnown || !families[current].series.insert(labels).inserted { return dropped.duplicates &+= 1 }
    if pieces.last?.family != current { pieces.append(Piece(family: current, start: lines.text.count)) }
    if families[current].isEmpty { families[current].lines.appendMetadata(to: &lines.text) }
    families[current].isEmpty = false
    line(families[current].lines, labels, &lines.text)
  }

  // MARK: The whole

  /// The whole text; the writer is empty afterwards and can be used again.
  package func finish() -> [UInt8] {
    end()
    let bytes = lines.text.bytes
    begin(format)
    return bytes
  }

  /// The text so far, as a copy.
  var bytes: [UInt8] { lines.text.bytes }

  /// Lends the text so far.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result { try lines.text.withBytes(body) }

  /// Completes the text, which ``withBytes(_:)`` then shows.
  func end() {
    let isInPieces = zip(pieces, pieces.dropFirst()).contains { $0.family >= $1.family }
    if isInPieces { putInOrder() }
    if format.isOpenMetrics { lines.text.append("# EOF\n") }
  }

  private func putInOrder() {
    var ordered = TextBuffer()
    let ends = pieces.dropFirst().map(\.start) + [lines.text.count]
    let byFamily = zip(pieces, ends).enumerated().sorted {
      ($0.element.0.family, $0.offset) < ($1.element.0.family, $1.offset)
    }
    for (_, (piece, end)) in byFamily { ordered.append(lines.text, from: piece.start, to: end) }
    swap(&ordered, &lines.text)
  }
}
