// The text of an exposition and the last one beside it. A line that comes again in its turn is copied from there up to its
// value, the metadata before it too: one copy from memory that is read from front to back, where to render it would touch
// the family's and the series' own. The second text is also where the pieces of this one are put in order.
// SPDX-License-Identifier: Apache-2.0

/// What a text writer works on. Not thread-safe, as the writer that has it.
struct TextBody: ~Copyable {
  var format: ExpositionFormat
  var gate = FamilyGate()
  var buffer = LineBuffer()
  /// The last text while this one follows it, in the order in which it was written; in the end this one in its order.
  private var other = TextBuffer()
  private var isOther = false

  init(format: ExpositionFormat) { self.format = format }

  private var style: NumberStyle { format.isOpenMetrics ? .point : .plain }

  /// Makes an empty text of this format; the memory is kept.
  mutating func begin(_ format: ExpositionFormat) {
    if format != self.format { gate.forget() }
    self.format = format
    gate.begin(format.names)
    if gate.isFollowing { swap(&buffer.text, &other) }
    buffer.text.removeAll()
    isOther = false
  }

  /// Writes the line of a sample that comes as it did the last time; false when it is to be rendered.
  mutating func follow(_ labels: ObjectIdentifier, _ value: MetricValue) -> Bool {
    guard let line = gate.known(labels, value, isOpenMetrics: format.isOpenMetrics) else { return false }
    let start = buffer.text.count
    buffer.text.append(other, from: line.head.lowerBound, to: line.head.upperBound)
    gate.follow(line, head: start..<buffer.text.count)
    append(value)
    return true
  }

  /// Writes the line of a sample that was admitted.
  mutating func append(_ lines: TextLines, _ labels: LabelSet, _ value: MetricValue, _ place: Int) {
    let start = buffer.text.count
    let isFirst = begin(lines, place)
    lines.appendHead("", labels, to: &buffer.text)
    gate.set(head: start..<buffer.text.count, hasMetadata: isFirst)
    append(value)
  }

  private mutating func append(_ value: MetricValue) {
    buffer.text.append(value, style)
    buffer.text.append(UInt8(ascii: "\n"))
  }

  /// Goes on with a family; true when it begins.
  @discardableResult mutating func begin(_ lines: TextLines, _ place: Int) -> Bool {
    if !gate.write(place, at: buffer.text.count) { return false }
    lines.appendMetadata(to: &buffer.text)
    return true
  }

  /// Completes the text.
  mutating func end() {
    isOther = gate.isInPieces
    if !isOther {
      if format.isOpenMetrics { buffer.text.append("# EOF\n") }
      return
    }
    other.removeAll()
    var (start, end) = (0, 0)
    for piece in gate.orderedPieces(end: buffer.text.count) {
      if piece.start != end {
        other.append(buffer.text, from: start, to: end)
        start = piece.start
      }
      end = piece.end
    }
    other.append(buffer.text, from: start, to: end)
    if format.isOpenMetrics { other.append("# EOF\n") }
  }

  /// The text so far, as a copy.
  var bytes: [UInt8] { isOther ? other.bytes : buffer.text.bytes }

  /// Lends the text so far.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result { isOther ? try other.withBytes(body) : try buffer.text.withBytes(body) }
}
