import VitalsMetrics

@testable import VitalsAgent

/// Keeps what a collector writes, for tests to look up.
final class RecordingSink: SampleSink {
  struct Sample {
    let name: String
    let type: MetricType
    let labels: LabelSet
    let value: Double
  }

  private(set) var samples: [Sample] = []
  private(set) var help: [String: String] = [:]
  private var current: MetricFamily?

  /// What `source` writes now.
  static func of(_ source: any Collector) -> RecordingSink {
    let sink = RecordingSink()
    source.collect(into: sink)
    return sink
  }

  func family(_ family: MetricFamily) {
    current = family
    help[family.name] = family.help
  }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) { add(labels, value.asDouble) }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) { add(labels, Double(snapshot.count)) }

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) { add(labels, Double(snapshot.count)) }

  private func add(_ labels: LabelSet, _ value: Double) {
    guard let current else { return }
    samples.append(Sample(name: current.name, type: current.type, labels: labels, value: value))
  }

  /// The values of a family by its labels' text, such as `cpu="0",mode="idle"`.
  func values(_ name: String) -> [String: Double] {
    var values: [String: Double] = [:]
    for sample in samples where sample.name == name {
      values[String(decoding: sample.labels.text, as: UTF8.self)] = sample.value
    }
    return values
  }

  /// The value of one series.
  subscript(_ name: String, _ labels: String = "") -> Double? { values(name)[labels] }

  /// The names of the families that have samples.
  var names: Set<String> { Set(samples.map(\.name)) }

  /// Each sample as `name{labels} value`, in the order in which they came.
  var lines: [String] {
    samples.map { sample in
      let labels = String(decoding: sample.labels.text, as: UTF8.self)
      return sample.name + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)"
    }
  }

  /// Series that came twice: a scraper would refuse them all.
  var duplicates: [String] {
    var seen: Set<String> = []
    return samples.map { "\($0.name){\(String(decoding: $0.labels.text, as: UTF8.self))}" }
      .filter { !seen.insert($0).inserted }
  }
}
