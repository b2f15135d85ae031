// Renders samples as text 0.0.4 or OpenMetrics. Each family has its own buffer until the end, because families may come
// in pieces and the formats want each together; the order is that of the first piece. What would make a scraper refuse
// the whole text is dropped and counted instead.
// SPDX-License-Identifier: Apache-2.0

/// Writes an exposition. Not thread-safe: one collection, one writer, which ``finish()`` makes ready for the next.
package final class TextWriter: SampleSink {
  private let format: ExpositionFormat
  private let prefix: String
  private var families: [FamilyText] = []
  /// The place of the family that occupies each name.
  private var places: [String: Int] = [:]
  /// The family that samples go to; nil when it was refused.
  private var current: Int?
  private var text: [UInt8] = []

  /// What was left out since the writer was made.
  package private(set) var dropped = ExpositionDrops()

  /// A writer of this format; `prefix` stands before every metric's name, such as `myapp_`.
  package init(format: ExpositionFormat, prefix: String = "") {
    self.format = format
    self.prefix = prefix
  }

  /// Opens a family, or goes on with it when it was open before.
  package func family(_ family: MetricFamily) {
    let named = MetricFamily(prefix + family.name, family.type, help: family.help, unit: family.unit)
    current = nil
    // Legal names are ASCII, which Swift compares as a scraper does.
    if !NameRules.isMetricName(named.name) { return }
    if let place = places[named.name] {
      let known = families[place].family
      current = known.name == named.name && known.type == named.type ? place : nil
      return
    }
    let names = NameRules.occupiedNames(named)
    if names.contains(where: { places[$0] != nil }) { return }
    let place = families.count
    for name in names { places[name] = place }
    families.append(FamilyText(named, isOpenMetrics: format.isOpenMetrics))
    current = place
  }

  /// Writes a line.
  package func sample(_ labels: LabelSet, _ value: MetricValue) {
    guard let current else { return dropped.invalid &+= 1 }
    families[current].append(labels, value, drops: &dropped)
  }

  /// Writes the lines of a histogram.
  package func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    guard let current else { return dropped.invalid &+= 1 }
    families[current].append(labels, snapshot, drops: &dropped)
  }

  /// The whole text; the writer is empty afterwards and can be used again.
  package func finish() -> [UInt8] {
    text.removeAll(keepingCapacity: true)
    for family in families { family.append(to: &text) }
    if format.isOpenMetrics { text.append(contentsOf: "# EOF\n".utf8) }
    families.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    current = nil
    return text
  }
}
