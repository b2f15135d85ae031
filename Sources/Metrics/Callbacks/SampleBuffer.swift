// The samples of one collector, kept until it has returned, so that they are added whole or not at all.
// SPDX-License-Identifier: Apache-2.0

/// A sink that keeps what it gets. Not thread-safe; ``entries`` may be passed on.
final class SampleBuffer: SampleSink {
  /// One call of a sink.
  enum Entry: Sendable {
    case family(MetricFamily)
    case sample(LabelSet, MetricValue, SampleDetails)
    case histogram(LabelSet, HistogramSnapshot)
    case summary(LabelSet, SummarySnapshot)
  }

  private(set) var entries: [Entry] = []
  /// True when there was more than a collector may write.
  private(set) var isFull = false

  func family(_ family: MetricFamily) { add(.family(family)) }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    add(.sample(labels, value, details))
  }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) { add(.histogram(labels, snapshot)) }

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) { add(.summary(labels, snapshot)) }

  private func add(_ entry: Entry) {
    if entries.count < MetricsLimits.collectorEntries { entries.append(entry) } else { isFull = true }
  }

  /// Hands everything on.
  static func write(_ entries: [Entry], into sink: any SampleSink) {
    for entry in entries {
      switch entry {
      case .family(let family): sink.family(family)
      case .sample(let labels, let value, let details): sink.sample(labels, value, details)
      case .histogram(let labels, let snapshot): sink.histogram(labels, snapshot)
      case .summary(let labels, let snapshot): sink.summary(labels, snapshot)
      }
    }
  }
}
