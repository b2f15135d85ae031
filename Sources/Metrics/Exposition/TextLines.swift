// The lines that a text exposition is made of, each with what the two formats say differently. Where a format has no
// place for something, it is left out here and nowhere else.
// SPDX-License-Identifier: Apache-2.0

/// Appends the lines of one family to a text.
struct TextLines {
  let family: MetricFamily
  let isOpenMetrics: Bool
  /// True when OpenMetrics shows when series began.
  let hasCreatedLines: Bool
  /// True where the name stands in quotes between the braces.
  private let isQuoted: Bool

  /// The lines of a family that bears the name of the exposition, escaped where that has to be.
  init(family: MetricFamily, isOpenMetrics: Bool, hasCreatedLines: Bool) {
    self.family = family
    self.isOpenMetrics = isOpenMetrics
    self.hasCreatedLines = hasCreatedLines
    isQuoted = !NameRules.isMetricName(family.name)
  }

  private var name: String { family.name }

  private var style: NumberStyle { isOpenMetrics ? .point : .plain }

  // MARK: Metadata

  /// HELP, TYPE and UNIT.
  func appendMetadata(to text: inout TextBuffer) {
    if isOpenMetrics {
      let metadataName = NameRules.metadataName(family)
      append("TYPE", metadataName, openMetricsType, to: &text)
      if let unit = family.unit, NameRules.endsWithUnit(family) { append("UNIT", metadataName, unit, to: &text) }
      if !family.help.isEmpty { append("HELP", metadataName, family.help, to: &text) }
    } else {
      if !family.help.isEmpty { append("HELP", name, family.help, to: &text) }
      append("TYPE", name, textType, to: &text)
    }
  }

  private var textType: String {
    switch family.type {
    case .counter: "counter"
    case .gauge, .info, .stateSet: "gauge"
    case .histogram: "histogram"
    case .summary: "summary"
    case .unknown: "untyped"
    }
  }

  private var openMetricsType: String {
    switch family.type {
    case .counter: NameRules.isSuffixedCounter(family) ? "counter" : "unknown"
    case .info: NameRules.isSuffixedInfo(family) ? "info" : "gauge"
    case .stateSet: "stateset"
    case .unknown: "unknown"
    case .gauge, .histogram, .summary: textType
    }
  }

  /// A help text keeps its quotes in text 0.0.4 and has them escaped in OpenMetrics; backslash and line feed in both.
  private func append(_ keyword: StaticString, _ name: String, _ value: String, to text: inout TextBuffer) {
    text.append("# ")
    text.append(keyword)
    text.append(UInt8(ascii: " "))
    if NameRules.isMetricName(name) { text.append(text: name) } else { text.append(quoted: name) }
    text.append(UInt8(ascii: " "))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): text.append("\\\\")
      case UInt8(ascii: "\n"): text.append("\\n")
      case UInt8(ascii: "\"") where isOpenMetrics: text.append("\\\"")
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\n"))
  }

  // MARK: Samples

  /// A line of one value.
  func append(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails, to text: inout TextBuffer) {
    appendHead("", labels, to: &text)
    text.append(value, style)
    if let exemplar = details.exemplar, NameRules.isSuffixedCounter(family) { append(exemplar, to: &text) }
    text.append(UInt8(ascii: "\n"))
    appendCreated(labels, details.created, to: &text)
  }

  /// A classic histogram's lines, counts accumulated.
  func append(_ labels: LabelSet, _ snapshot: HistogramSnapshot, to text: inout TextBuffer) {
    var total: UInt64 = 0
    let bounds = Buckets.explicit(snapshot.upperBounds).upperBounds
    for place in 0...bounds.count {
      total = place < bounds.count ? total &+ snapshot.counts[place] : snapshot.count
      appendHead("_bucket", labels, ("le", place < bounds.count ? bounds[place] : .infinity), to: &text)
      text.append(total)
      if place < snapshot.exemplars.count, let exemplar = snapshot.exemplars[place] { append(exemplar, to: &text) }
      text.append(UInt8(ascii: "\n"))
    }
    // OpenMetrics: no sum where it could go down, and no count without a sum.
    let mayGoDown = (snapshot.upperBounds.first ?? 0) < 0 || snapshot.hasNegative || !(snapshot.sum >= 0)
    if !isOpenMetrics || !mayGoDown { appendSumAndCount(labels, snapshot.sum, total, to: &text) }
    appendCreated(labels, snapshot.created, to: &text)
  }

  /// A summary's lines.
  func append(_ labels: LabelSet, _ snapshot: SummarySnapshot, to text: inout TextBuffer) {
    for one in snapshot.quantiles {
      appendHead("", labels, ("quantile", one.quantile), to: &text)
      text.append(one.value, style)
      text.append(UInt8(ascii: "\n"))
    }
    if !isOpenMetrics || snapshot.sum >= 0 { appendSumAndCount(labels, snapshot.sum, snapshot.count, to: &text) }
    appendCreated(labels, snapshot.created, to: &text)
  }

  /// When the series began, as a line of its own, without the `_total` of a counter.
  private func appendCreated(_ labels: LabelSet, _ created: Double?, to text: inout TextBuffer) {
    guard isOpenMetrics, hasCreatedLines, let created, NameRules.hasCreated(family) else { return }
    appendHead(of: NameRules.metadataName(family), "_created", labels, nil, to: &text)
    text.append(seconds: created)
    text.append(UInt8(ascii: "\n"))
  }

  private func appendSumAndCount(_ labels: LabelSet, _ sum: Double, _ count: UInt64, to text: inout TextBuffer) {
    appendHead("_sum", labels, to: &text)
    text.append(sum, style)
    text.append(UInt8(ascii: "\n"))
    appendHead("_count", labels, to: &text)
    text.append(count)
    text.append(UInt8(ascii: "\n"))
  }

  private func append(_ exemplar: Exemplar, to text: inout TextBuffer) {
    guard isOpenMetrics, exemplar.isLegal else { return }
    text.append(" # {")
    text.append(exemplar.labels.text)
    text.append("} ")
    text.append(exemplar.value, .point)
    if let timestamp = exemplar.timestamp {
      text.append(UInt8(ascii: " "))
      text.append(seconds: timestamp)
    }
  }

  /// Appends what stands before a value.
  func appendHead(
    _ suffix: StaticString, _ labels: LabelSet, _ bound: (name: StaticString, value: Double)? = nil,
    to text: inout TextBuffer
  ) {
    appendHead(of: name, suffix, labels, bound, to: &text)
  }

  private func appendHead(
    of name: String, _ suffix: StaticString, _ labels: LabelSet, _ bound: (name: StaticString, value: Double)?,
    to text: inout TextBuffer
  ) {
    if isQuoted { return appendQuotedHead(of: name, suffix, labels, bound, to: &text) }
    text.append(text: name)
    appendLabels(suffix, labels, bound, to: &text)
  }

  private func appendLabels(
    _ suffix: StaticString, _ labels: LabelSet, _ bound: (name: StaticString, value: Double)?, to text: inout TextBuffer
  ) {
    text.append(suffix)
    if !labels.text.isEmpty || bound != nil {
      text.append(UInt8(ascii: "{"))
      text.append(labels.text)
      if let bound { append(bound, afterOthers: !labels.text.isEmpty, to: &text) }
      text.append(UInt8(ascii: "}"))
    }
    text.append(UInt8(ascii: " "))
  }

  /// `{"my.name_bucket",a="x",le="1.0"} `
  private func appendQuotedHead(
    of name: String, _ suffix: StaticString, _ labels: LabelSet, _ bound: (name: StaticString, value: Double)?,
    to text: inout TextBuffer
  ) {
    text.append(UInt8(ascii: "{"))
    text.append(quoted: name, suffix)
    if !labels.text.isEmpty {
      text.append(UInt8(ascii: ","))
      text.append(labels.text)
    }
    if let bound { append(bound, afterOthers: true, to: &text) }
    text.append("} ")
  }

  private func append(
    _ bound: (name: StaticString, value: Double), afterOthers: Bool, to text: inout TextBuffer
  ) {
    if afterOthers { text.append(UInt8(ascii: ",")) }
    text.append(bound.name)
    text.append("=\"")
    text.append(bound.value, .point)
    text.append(UInt8(ascii: "\""))
  }
}
