// Renders samples as text 0.0.4 or OpenMetrics, into one buffer that is kept for the next time. Families that come in
// pieces are written as they come, and put in order at the end. What collectors write again and again is rendered once,
// as long as it comes in the same order. A registry's own families skip the checks that its
// registration has made, and append whole lines themselves.
// SPDX-License-Identifier: Apache-2.0

/// Writes an exposition. Not thread-safe: one collection, one writer, which ``begin(_:)`` makes ready for the next.
package final class TextWriter: ExpositionWriter {
  /// In one piece, so that a sample costs one check of who else uses it.
  private var body: TextBody
  /// How to write each family that the gate knows, in its order; those behind may be the last exposition's.
  private var lines: [TextLines] = []
  /// True while a family writes itself that shows when its series began.
  private var hasCreatedLines = false

  /// The names of the registry whose samples come next.
  var names: AllowedNames {
    get { body.gate.names }
    set { body.gate.names = newValue }
  }

  /// What was left out since the writer was made.
  package var dropped: ExpositionDrops { body.gate.dropped }

  /// A writer of this format.
  package init(format: ExpositionFormat) { body = TextBody(format: format) }

  /// Makes an empty text of this format; the memory is kept.
  func begin(_ format: ExpositionFormat) {
    body.begin(format)
    lines.removeLast(max(0, lines.count - body.gate.count))
  }

  // MARK: Families

  /// Opens a family, or goes on with it when it was open before.
  package func family(_ family: MetricFamily) {
    if let place = body.gate.open(family) { set(place) }
  }

  /// Notes how to write a family that is new.
  @inline(never) private func set(_ place: Int) {
    let new = TextLines(
      family: body.gate.family(place), isOpenMetrics: body.format.isOpenMetrics, hasCreatedLines: hasCreatedLines)
    if place < lines.count { lines[place] = new } else { lines.append(new) }
  }

  /// Writes a registry's family whole; a second registry's family of the same name goes the way of all samples.
  func write(_ family: any RegisteredFamily) {
    let scheme = body.format.names
    hasCreatedLines = family.hasCreatedLines
    defer { hasCreatedLines = false }
    guard family.canAppendLines(scheme), let place = body.gate.open(family) else {
      body.gate.forget()
      return family.write(into: self)
    }
    set(place)
    let start = body.buffer.text.count
    lines[place].appendMetadata(to: &body.buffer.text)
    switch family.appendLines(to: &body.buffer, isOpenMetrics: body.format.isOpenMetrics, scheme) {
    case .appended: _ = body.gate.write(place, at: start)
    case .needSink:
      body.buffer.text.truncate(to: start)
      body.gate.isTrusted = true
      family.write(into: self)
      body.gate.isTrusted = false
    case .none:
      body.buffer.text.truncate(to: start)
      body.gate.withdraw(family)
    }
  }

  // MARK: Samples

  /// Writes a line.
  package func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    if !details.isNone || !body.follow(labels.identity, value) { append(labels, value, details) }
  }

  /// Writes a line of one of many series; when it comes in its turn, without a look at its labels.
  package func sample(_ labels: Span<LabelSet>, _ place: Int, _ value: MetricValue) {
    if !body.follow(labels[place].identity, value) { append(labels[place], value, .none) }
  }

  @inline(never) private func append(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    guard let (place, labels) = body.gate.admit(labels, value, isOpenMetrics: body.format.isOpenMetrics) else { return }
    if details.isNone { return body.append(lines[place], labels, value, place) }
    body.begin(lines[place], place)
    lines[place].append(labels, value, details, to: &body.buffer.text)
  }

  /// Writes the lines of a histogram.
  package func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    guard let (place, labels) = body.gate.admit(labels, snapshot) else { return }
    body.begin(lines[place], place)
    lines[place].append(labels, snapshot, to: &body.buffer.text)
  }

  /// Writes the lines of a summary.
  package func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    guard let (place, labels) = body.gate.admit(labels, snapshot) else { return }
    body.begin(lines[place], place)
    lines[place].append(labels, snapshot, to: &body.buffer.text)
  }

  // MARK: The whole

  /// The whole text; the writer is empty afterwards and can be used again.
  package func finish() -> [UInt8] {
    end()
    let bytes = body.bytes
    begin(body.format)
    return bytes
  }

  /// The text so far, as a copy.
  var bytes: [UInt8] { body.bytes }

  /// Lends the text so far.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ use: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result { try body.withBytes(use) }

  /// Completes the text, which ``withBytes(_:)`` then shows.
  func end() { body.end() }
}
