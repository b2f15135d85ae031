// One collection of a registry in memory, so that nothing of the service's runs under the writer's lock.
// SPDX-License-Identifier: Apache-2.0

/// A sink that keeps what it is given.
final class ValueFileRecorder: SampleSink {
  /// A sample, of one kind or the other.
  enum Sample {
    case single(LabelSet, Double)
    case compound(LabelSet, HistogramSnapshot)
  }

  private(set) var families: [(family: MetricFamily, samples: [Sample])] = []
  private var isShared = false

  /// What was read from value files is left out: written, it would be read again as this process's own, and grow.
  func family(_ family: MetricFamily) {
    isShared = family.isShared
    if !isShared { families.append((family, [])) }
  }

  func sample(_ labels: LabelSet, _ value: MetricValue, _: SampleDetails) { append(.single(labels, value.asDouble)) }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) { append(.compound(labels, snapshot)) }

  /// Quantiles of several processes cannot be put together: only count and sum are kept.
  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    append(.compound(labels, HistogramSnapshot(upperBounds: [], counts: [snapshot.count], sum: snapshot.sum)))
  }

  private func append(_ sample: Sample) {
    if !isShared && !families.isEmpty { families[families.count - 1].samples.append(sample) }
  }
}
