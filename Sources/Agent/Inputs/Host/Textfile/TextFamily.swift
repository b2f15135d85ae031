// A family of a text as its lines come: plain samples, or the parts of histograms and summaries, which stand on several
// lines and are put together at the end.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The samples of one name.
struct TextFamily {
  /// The parts of one histogram or summary.
  private struct Parts {
    var points: [(key: Double, value: Double)] = []
    var sum: Double?
    var count: Double?
    /// The line of its first part.
    let line: Int
  }

  let name: String
  var help: String?
  var type: MetricType?
  private(set) var samples: [(labels: LabelSet, value: MetricValue)] = []
  private var seen: Set<LabelSet> = []
  private var parts: [LabelSet: Parts] = [:]
  private var order: [LabelSet] = []

  init(_ name: String) { self.name = name }

  /// Whether it has a sample.
  var isEmpty: Bool { samples.isEmpty && order.isEmpty }

  /// Whether its samples are put together from parts.
  var isCompound: Bool { type == .histogram || type == .summary }

  /// The label of a part.
  private var pointLabel: String { type == .histogram ? "le" : "quantile" }

  /// Takes a sample; `suffix` is what its name has behind the family's.
  mutating func add(
    _ suffix: String, _ labels: [(name: String, value: String)], _ value: MetricValue, _ line: TextLine
  ) throws(TextFault) {
    if !isCompound {
      let set = LabelSet(writingEmpty: labels)
      guard seen.insert(set).inserted else { throw line.fault("the same series was given before") }
      return samples.append((set, value))
    }
    let set = LabelSet(writingEmpty: labels.filter { $0.name != pointLabel || suffix == "_sum" || suffix == "_count" })
    if parts[set] == nil {
      parts[set] = Parts(line: line.number)
      order.append(set)
    }
    let number = value.asDouble
    switch suffix {
    case "_sum" where parts[set]?.sum == nil: parts[set]?.sum = number
    case "_count" where parts[set]?.count == nil: parts[set]?.count = number
    case "_sum", "_count": throw line.fault("the same series was given before")
    default:
      let text = labels.first { $0.name == pointLabel }?.value
      guard let key = text.flatMap(TextFamily.double), !key.isNaN else {
        throw line.fault("has no label '\(pointLabel)' with a number")
      }
      if parts[set]?.points.contains(where: { $0.key == key }) == true {
        throw line.fault("the same series was given before")
      }
      parts[set]?.points.append((key, number))
    }
  }

  /// All of it, put together. As node_exporter writes them, all series have the labels of each.
  func values() throws(TextFault) -> [(labels: LabelSet, value: HelperReport.Value)] {
    let names = Set((samples.map(\.labels) + order).flatMap { $0.writtenPairs.map(\.name) })
    if !isCompound { return samples.map { (TextFamily.labels($0.labels, names), .number($0.value)) } }
    var values: [(labels: LabelSet, value: HelperReport.Value)] = []
    for labels in order {
      guard let part = parts[labels] else { continue }
      let value = type == .histogram ? try histogram(part) : try summary(part)
      values.append((TextFamily.labels(labels, names), value))
    }
    return values
  }

  /// Labels with those of `names` that they lack, empty.
  private static func labels(_ labels: LabelSet, _ names: Set<String>) -> LabelSet {
    let pairs = labels.writtenPairs
    if pairs.count == names.count { return labels }
    return LabelSet(writingEmpty: pairs + names.subtracting(pairs.map(\.name)).map { ($0, "") })
  }

  private func histogram(_ parts: Parts) throws(TextFault) -> HelperReport.Value {
    var bounds: [Double] = []
    var counts: [UInt64] = []
    var below: UInt64 = 0
    let finite = parts.points.filter { $0.key < .infinity }.sorted { $0.key < $1.key }
    let total = parts.points.first { $0.key == .infinity }?.value ?? parts.count
    if let count = parts.count, let total, count != total {
      throw TextFault(line: parts.line, reason: "a histogram's count is not that of its bucket +Inf")
    }
    for (bound, value) in finite + [(.infinity, total ?? .nan)] {
      guard let count = UInt64(exactly: value), count >= below else {
        throw TextFault(line: parts.line, reason: "a histogram's buckets do not grow up to its count")
      }
      if bound < .infinity { bounds.append(bound) }
      counts.append(count - below)
      below = count
    }
    return .histogram(HistogramSnapshot(upperBounds: bounds, counts: counts, sum: parts.sum ?? .nan))
  }

  private func summary(_ parts: Parts) throws(TextFault) -> HelperReport.Value {
    guard let count = UInt64(exactly: parts.count ?? 0), parts.points.allSatisfy({ 0...1 ~= $0.key }) else {
      throw TextFault(line: parts.line, reason: "a summary's count or quantile cannot be")
    }
    let quantiles = parts.points.sorted { $0.key < $1.key }.map { SummarySnapshot.Quantile($0.key, $0.value) }
    return .summary(SummarySnapshot(quantiles: quantiles, count: count, sum: parts.sum ?? .nan))
  }

  /// A number as the text format writes it.
  static func double(_ text: String) -> Double? {
    switch text.lowercased() {
    case "+inf", "inf": return .infinity
    case "-inf": return -.infinity
    case "nan": return .nan
    default:
      let isPlain = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
      return isPlain ? Double(text) : nil
    }
  }
}
