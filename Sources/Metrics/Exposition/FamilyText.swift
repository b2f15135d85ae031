// The text of one family while it is collected: the lines of its samples, the metadata being written once at the end.
// Families may come in pieces from several collectors; each piece is added here, which keeps the lines together.
// SPDX-License-Identifier: Apache-2.0

/// The samples of one family as lines.
struct FamilyText {
  let family: MetricFamily
  private let isOpenMetrics: Bool
  private var lines: [UInt8] = []
  private var series: Set<LabelSet> = []

  init(_ family: MetricFamily, isOpenMetrics: Bool) {
    self.family = family
    self.isOpenMetrics = isOpenMetrics
  }

  private var name: String { family.name }

  private var style: NumberText.Style { isOpenMetrics ? .point : .plain }

  /// Adds a counter's, gauge's or unknown's line.
  mutating func append(_ labels: LabelSet, _ value: MetricValue, drops: inout ExpositionDrops) {
    let number = value.asDouble
    let isForbidden = isOpenMetrics && NameRules.isSuffixedCounter(family) && !(number >= 0)
    let isCompound = family.type == .histogram || family.type == .summary
    if isCompound || isForbidden || !labels.areNamesLegal {
      drops.invalid &+= 1
    } else if !series.insert(labels).inserted {
      drops.duplicates &+= 1
    } else {
      appendName("", labels)
      NumberText.append(value, style, to: &lines)
      lines.append(UInt8(ascii: "\n"))
    }
  }

  /// Adds a histogram's lines, counts accumulated.
  mutating func append(_ labels: LabelSet, _ snapshot: HistogramSnapshot, drops: inout ExpositionDrops) {
    let bounds = Buckets.explicit(snapshot.upperBounds)
    let isOfType = family.type == .histogram || (family.type == .summary && bounds.upperBounds.isEmpty)
    if !isOfType || snapshot.counts.count != snapshot.upperBounds.count + 1 || snapshot.overflows
      || !(bounds.areValid || bounds.upperBounds.isEmpty) || labels["le"] != nil || !labels.areNamesLegal
    {
      drops.invalid &+= 1
      return
    }
    if !series.insert(labels).inserted {
      drops.duplicates &+= 1
      return
    }
    if family.type == .histogram { appendBuckets(labels, bounds, snapshot) }
    // OpenMetrics: no sum where it could go down, and no count without a sum.
    if isOpenMetrics && ((bounds.upperBounds.first ?? 0) < 0 || snapshot.hasNegative || !(snapshot.sum >= 0)) { return }
    appendName("_sum", labels)
    NumberText.append(snapshot.sum, style, to: &lines)
    lines.append(UInt8(ascii: "\n"))
    appendName("_count", labels)
    NumberText.append(snapshot.count, to: &lines)
    lines.append(UInt8(ascii: "\n"))
  }

  private mutating func appendBuckets(_ labels: LabelSet, _ bounds: Buckets, _ snapshot: HistogramSnapshot) {
    var total: UInt64 = 0
    for (bound, count) in zip(bounds.upperBounds, snapshot.counts) {
      total &+= count
      appendBucket(labels, bound, total)
    }
    appendBucket(labels, .infinity, snapshot.count)
  }

  /// Appends metadata and lines; nothing when there is no sample.
  func append(to text: inout [UInt8]) {
    if lines.isEmpty { return }
    if isOpenMetrics {
      let metadataName = NameRules.metadataName(family)
      appendMetadata("TYPE", metadataName, openMetricsType, to: &text)
      if let unit = family.unit, NameRules.endsWithUnit(family) {
        appendMetadata("UNIT", metadataName, unit, to: &text)
      }
      if !family.help.isEmpty { appendMetadata("HELP", metadataName, family.help, to: &text) }
    } else {
      if !family.help.isEmpty { appendMetadata("HELP", name, family.help, to: &text) }
      appendMetadata("TYPE", name, textType, to: &text)
    }
    text.append(contentsOf: lines)
  }

  private var textType: String {
    switch family.type {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    case .summary: "summary"
    case .unknown: "untyped"
    }
  }

  private var openMetricsType: String {
    switch family.type {
    case .counter: NameRules.isSuffixedCounter(family) ? "counter" : "unknown"
    case .unknown: "unknown"
    case .gauge, .histogram, .summary: textType
    }
  }

  /// A help text keeps its quotes in text 0.0.4 and has them escaped in OpenMetrics; backslash and line feed in both.
  private func appendMetadata(_ keyword: String, _ name: String, _ value: String, to text: inout [UInt8]) {
    text.append(contentsOf: "# ".utf8)
    text.append(contentsOf: keyword.utf8)
    text.append(UInt8(ascii: " "))
    text.append(contentsOf: name.utf8)
    text.append(UInt8(ascii: " "))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): text.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\"") where isOpenMetrics: text.append(contentsOf: "\\\"".utf8)
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\n"))
  }

  private mutating func appendBucket(_ labels: LabelSet, _ bound: Double, _ count: UInt64) {
    lines.append(contentsOf: name.utf8)
    lines.append(contentsOf: "_bucket{".utf8)
    if !labels.isEmpty {
      lines.append(contentsOf: labels.text)
      lines.append(UInt8(ascii: ","))
    }
    lines.append(contentsOf: "le=\"".utf8)
    NumberText.append(bound, .point, to: &lines)
    lines.append(contentsOf: "\"} ".utf8)
    NumberText.append(count, to: &lines)
    lines.append(UInt8(ascii: "\n"))
  }

  private mutating func appendName(_ suffix: String, _ labels: LabelSet) {
    lines.append(contentsOf: name.utf8)
    lines.append(contentsOf: suffix.utf8)
    if !labels.isEmpty {
      lines.append(UInt8(ascii: "{"))
      lines.append(contentsOf: labels.text)
      lines.append(UInt8(ascii: "}"))
    }
    lines.append(UInt8(ascii: " "))
  }
}
