// One series of a snapshot.
// SPDX-License-Identifier: Apache-2.0

/// The labels and the value of one series at one moment.
public struct SeriesSnapshot: Sendable, Hashable {
  /// What a series holds, by the type of its family.
  public enum Value: Sendable, Hashable {
    /// Of a counter, gauge, info, state set or unknown.
    case number(MetricValue)
    /// Of a histogram.
    case histogram(HistogramSnapshot)
    /// Of a summary.
    case summary(SummarySnapshot)
  }

  /// All labels, constant ones too.
  public let labels: LabelSet
  /// The value.
  public let value: Value
  /// What stood beside it.
  public let details: SampleDetails

  /// A series.
  public init(_ labels: LabelSet, _ value: Value, _ details: SampleDetails = .none) {
    self.labels = labels
    self.value = value
    self.details = details
  }

  /// When it began at zero, in Unix seconds; nil when nobody said.
  public var created: Double? {
    switch value {
    case .number: details.created
    case .histogram(let histogram): histogram.created
    case .summary(let summary): summary.created
    }
  }

  /// The number, as a double; nil for histograms and summaries.
  public var number: Double? {
    if case .number(let number) = value { return number.asDouble }
    return nil
  }
}
