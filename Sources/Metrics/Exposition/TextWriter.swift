// Renders samples as text 0.0.4 or OpenMetrics, into one buffer that is kept for the next time. Families that come in
// pieces are written as they come, and put in order at the end. What collectors write again and again is rendered once,
// as long as it comes in the same order. A registry's own families skip the checks that its
// registration has made, and append whole lines themselves.
// SPDX-License-Identifier: Apache-2.0

/// Writes an exposition. Not thread-safe: one collection, one writer, which ``begin(_:)`` makes ready for the next.
package final class TextWriter: ExpositionWriter {
  private var format: ExpositionFormat
  private var buffer = LineBuffer()
  private var gate = FamilyGate()
  /// How to write each family that the gate knows, in its order; those behind may be the last exposition's.
  private var lines: [TextLines] = []
  /// True while a family writes itself that shows when its series began.
  private var hasCreatedLines = false
  /// Nil for a registry's families.
  private var heads: [FamilyHead?] = []

  /// The names of the registry whose samples come next.
  var names: AllowedNames {
    get { gate.names }
    set { gate.names = newValue }
  }

  /// What was left out since the writer was made.
  package var dropped: ExpositionDrops { gate.dropped }

  /// A writer of this format.
  package init(format: ExpositionFormat) { self.format = format }

  /// Makes an empty text of this format; the memory is kept.
  func begin(_ format: ExpositionFormat) {
    if format != self.format { gate.forget() }
    self.format = format
    buffer.text.removeAll()
    gate.begin(format.names)
    let kept = gate.count
    if kept < lines.count {
      lines.removeLast(lines.count - kept)
      heads.removeLast(heads.count - kept)
    }
  }

  // MARK: Families

  /// Opens a family, or goes on with it when it was open before.
  package func family(_ family: MetricFamily) {
    guard let place = gate.open(family) else { return }
    let shown = gate.family(place)
    let new = TextLines(family: shown, isOpenMetrics: format.isOpenMetrics, hasCreatedLines: hasCreatedLines)
    set(new, FamilyHead(new), at: place)
  }

  private func set(_ new: TextLines, _ head: FamilyHead?, at place: Int) {
    if place < lines.count {
      (lines[place], heads[place]) = (new, head)
    } else {
      lines.append(new)
      heads.append(head)
    }
  }

  /// Writes a registry's family whole; a second registry's family of the same name goes the way of all samples.
  func write(_ family: any RegisteredFamily) {
    let scheme = format.names
    guard family.canAppendLines(scheme), let place = gate.open(family) else {
      gate.forget()
      hasCreatedLines = family.hasCreatedLines
      defer { hasCreatedLines = false }
      return family.write(into: self)
    }
    let start = buffer.text.count
    let own = TextLines(
      family: gate.family(place), isOpenMetrics: format.isOpenMetrics, hasCreatedLines: family.hasCreatedLines)
    set(own, nil, at: place)
    own.appendMetadata(to: &buffer.text)
    switch family.appendLines(to: &buffer, isOpenMetrics: format.isOpenMetrics, scheme) {
    case .appended: _ = gate.write(place, at: start)
    case .needSink:
      buffer.text.truncate(to: start)
      gate.isTrusted = true
      family.write(into: self)
      gate.isTrusted = false
    case .none:
      buffer.text.truncate(to: start)
      gate.withdraw(family)
    }
  }

  // MARK: Samples

  /// Writes a line.
  package func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    guard let (place, labels) = gate.admit(labels, value, isOpenMetrics: format.isOpenMetrics) else { return }
    begin(place)
    if let head = heads[place], details.exemplar == nil, details.created == nil {
      head.append(labels, value, to: &buffer.text)
    } else {
      lines[place].append(labels, value, details, to: &buffer.text)
    }
  }

  /// Writes the lines of a histogram.
  package func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    guard let (place, labels) = gate.admit(labels, snapshot) else { return }
    begin(place)
    lines[place].append(labels, snapshot, to: &buffer.text)
  }

  /// Writes the lines of a summary.
  package func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    guard let (place, labels) = gate.admit(labels, snapshot) else { return }
    begin(place)
    lines[place].append(labels, snapshot, to: &buffer.text)
  }

  private func begin(_ place: Int) {
    if !gate.write(place, at: buffer.text.count) { return }
    if let head = heads[place] {
      buffer.text.append(head.metadata)
    } else {
      lines[place].appendMetadata(to: &buffer.text)
    }
  }

  // MARK: The whole

  /// The whole text; the writer is empty afterwards and can be used again.
  package func finish() -> [UInt8] {
    end()
    let bytes = buffer.text.bytes
    begin(format)
    return bytes
  }

  /// The text so far, as a copy.
  var bytes: [UInt8] { buffer.text.bytes }

  /// Lends the text so far.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result { try buffer.text.withBytes(body) }

  /// Completes the text, which ``withBytes(_:)`` then shows.
  func end() {
    if gate.isInPieces { putInOrder() }
    if format.isOpenMetrics { buffer.text.append("# EOF\n") }
  }

  private func putInOrder() {
    var ordered = TextBuffer()
    for piece in gate.orderedPieces(end: buffer.text.count) {
      ordered.append(buffer.text, from: piece.start, to: piece.end)
    }
    swap(&ordered, &buffer.text)
  }
}
