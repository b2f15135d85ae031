// Where samples go: a text writer, a protobuf writer, an in-memory history. Collectors write families and samples in
// order; a sink never asks back, so that a source of samples knows nothing of who reads it.
// SPDX-License-Identifier: Apache-2.0

/// Receives families and samples from collectors.
///
/// A collector calls ``family(_:)`` and then the samples of that family, all of them before the next family; a sink may
/// get the same family again from another collector and joins them. Not thread-safe: one collection, one sink.
public protocol SampleSink: AnyObject {
  /// Opens a family: the samples that follow belong to it.
  func family(_ family: MetricFamily)

  /// A counter's, gauge's, info's, state set's or unknown's value for one series. A state set's samples bear a label of
  /// the family's name; an info's value is 1.
  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails)

  /// The value of the series whose labels stand at a place of many, with nothing beside it. A collector that keeps the
  /// labels of many series should use this: to hand a set over counts a reference in its memory, of which a sink that
  /// knows the series from the last time needs nothing but its identity.
  func sample(_ labels: Span<LabelSet>, _ place: Int, _ value: MetricValue)

  /// A histogram's value for one series.
  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot)

  /// A summary's value for one series.
  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot)
}

extension SampleSink {
  /// Takes the labels from their place.
  public func sample(_ labels: Span<LabelSet>, _ place: Int, _ value: MetricValue) {
    sample(labels[place], value, .none)
  }

  /// A sample with nothing beside its value.
  public func sample(_ labels: LabelSet, _ value: MetricValue) { sample(labels, value, .none) }

  /// A double-valued sample.
  public func sample(_ labels: LabelSet, _ value: Double) { sample(labels, .double(value)) }
}
