// The lines of a family's classic histograms: what is the same for all series is rendered once a scrape, so that a
// bucket's line is three copies and a number.
// SPDX-License-Identifier: Apache-2.0

/// Writes the lines of histograms that share a name and bounds.
struct HistogramLines {
  /// `name`, or `{"name` where it stands in quotes.
  private let name: [UInt8]
  private let isQuoted: Bool
  private let bucketHead: [UInt8]
  /// `le="0.005"} ` for each bound and `+Inf`, behind each other.
  private var bounds: [UInt8] = []
  private var ends: [Int] = []
  private let isOpenMetrics: Bool
  private let mayHaveSum: Bool

  init(_ family: MetricFamily, _ bounds: BucketBounds, isOpenMetrics: Bool) {
    isQuoted = !NameRules.isMetricName(family.name)
    name = isQuoted ? Self.quoted(family.name) : Array(family.name.utf8)
    bucketHead = name + Array((isQuoted ? "_bucket\"," : "_bucket{").utf8)
    self.isOpenMetrics = isOpenMetrics
    // OpenMetrics: no sum where it could go down, and no count without a sum.
    mayHaveSum = !isOpenMetrics || (bounds.upperBounds.first ?? 0) >= 0
    var text = TextBuffer()
    for bound in bounds.upperBounds + [.infinity] {
      text.append("le=\"")
      text.append(bound, .point)
      text.append("\"} ")
      ends.append(text.count)
    }
    self.bounds = text.bytes
  }

  private static func quoted(_ name: String) -> [UInt8] {
    var text = TextBuffer()
    text.append(UInt8(ascii: "{"))
    text.append(quoted: name)
    return text.bytes.dropLast()
  }

  /// Appends one series; its labels stand in `labels` from `start` to `end`.
  func append(
    _ labels: [UInt8], _ start: Int, _ end: Int, _ counts: [UInt64], _ sum: Double, _ hasSum: Bool,
    to text: inout TextBuffer
  ) {
    var total: UInt64 = 0
    var from = 0
    for (count, to) in zip(counts, ends) {
      total &+= count
      text.append(bucketHead)
      if end > start {
        text.append(labels, from: start, to: end)
        text.append(UInt8(ascii: ","))
      }
      text.append(bounds, from: from, to: to)
      text.append(total)
      text.append(UInt8(ascii: "\n"))
      from = to
    }
    guard mayHaveSum, hasSum || !isOpenMetrics else { return }
    appendHead("_sum", labels, start, end, to: &text)
    text.append(sum, isOpenMetrics ? .point : .plain)
    text.append(UInt8(ascii: "\n"))
    appendHead("_count", labels, start, end, to: &text)
    text.append(total)
    text.append(UInt8(ascii: "\n"))
  }

  private func appendHead(
    _ suffix: StaticString, _ labels: [UInt8], _ start: Int, _ end: Int, to text: inout TextBuffer
  ) {
    text.append(name)
    text.append(suffix)
    if isQuoted {
      text.append(end > start ? "\"," : "\"")
      text.append(labels, from: start, to: end)
      text.append(UInt8(ascii: "}"))
    } else if end > start {
      text.append(UInt8(ascii: "{"))
      text.append(labels, from: start, to: end)
      text.append(UInt8(ascii: "}"))
    }
    text.append(UInt8(ascii: " "))
  }
}
