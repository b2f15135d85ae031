// What is the same in all lines of a collector's family, rendered once and kept while the family comes back: a line is
// then a few copies and a number. The labels' text is not kept here a second time.
// SPDX-License-Identifier: Apache-2.0

/// The metadata of a family and the beginnings of its lines.
final class FamilyHead {
  /// HELP, TYPE and UNIT.
  let metadata: [UInt8]
  /// `name ` and `name{`.
  private let bare: [UInt8]
  private let labelled: [UInt8]
  private let style: NumberStyle

  /// Nil for a family whose lines begin otherwise: with a name in quotes.
  init?(_ lines: TextLines) {
    if !NameRules.isMetricName(lines.family.name) { return nil }
    var text = TextBuffer()
    lines.appendMetadata(to: &text)
    metadata = text.bytes
    bare = Array((lines.family.name + " ").utf8)
    labelled = Array((lines.family.name + "{").utf8)
    style = lines.isOpenMetrics ? .point : .plain
  }

  /// Appends a line of one value.
  func append(_ labels: LabelSet, _ value: MetricValue, to text: inout TextBuffer) {
    if labels.isEmpty {
      text.append(bare)
    } else {
      text.append(labelled)
      text.append(labels.text)
      text.append("} ")
    }
    text.append(value, style)
    text.append(UInt8(ascii: "\n"))
  }
}
