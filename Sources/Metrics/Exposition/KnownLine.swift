// One line of an exposition as the next one may find it: whose it is, and where all of it but the value stands.
// SPDX-License-Identifier: Apache-2.0

/// What is known of a sample's line. Plain numbers, so that a line that comes again touches no label set's memory.
struct KnownLine {
  /// Whose it is; the label set itself is kept elsewhere for as long.
  var labels: ObjectIdentifier
  /// The place of its family.
  let family: Int32
  /// Where it begins in its text, the metadata before it included, and where its value does. The same where the rest is
  /// more than a value, or the text is none.
  private var start: Int32 = 0
  private var value: Int32 = 0
  /// The family's metadata stand before it.
  private(set) var hasMetadata = false
  /// In OpenMetrics a negative value is illegal.
  let isRising: Bool

  init(_ labels: LabelSet, family: Int, isRising: Bool) {
    self.labels = labels.identity
    self.family = Int32(truncatingIfNeeded: family)
    self.isRising = isRising
  }

  /// What stands before the value, in the text of its exposition; empty when it is to be rendered.
  var head: Range<Int> { Int(start)..<Int(value) }

  /// The same line with its head here.
  func moved(to head: Range<Int>) -> KnownLine {
    var line = self
    line.set(head: head, hasMetadata: hasMetadata)
    return line
  }

  /// Notes where it was written; a text of more than 2 GiB is not remembered.
  mutating func set(head: Range<Int>, hasMetadata: Bool) {
    guard let value = Int32(exactly: head.upperBound) else { return forgetHead() }
    (start, self.value, self.hasMetadata) = (Int32(truncatingIfNeeded: head.lowerBound), value, hasMetadata)
  }

  /// Has it rendered when it comes again.
  mutating func forgetHead() { (start, value, hasMetadata) = (0, 0, false) }
}
