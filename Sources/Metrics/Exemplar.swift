// One example of what was counted, usually the trace of a request, so that a person can go from a number to a case.
// SPDX-License-Identifier: Apache-2.0

/// An example of a counted value.
public struct Exemplar: Sendable, Hashable {
  /// What the task at hand would be an example of; a middleware sets it for the work below it, child tasks included:
  ///
  ///     try await Exemplar.$current.withValue(.trace(id: traceID)) { try await next(request) }
  ///
  /// Families that were registered with `exemplars: true` look here when they are given nothing else.
  @TaskLocal public static var current: ExemplarLabels?

  /// What identifies it, such as `trace_id`; at most 128 characters over names and values, or a scraper drops it.
  public let labels: LabelSet
  /// The value that was counted: an observation, or what a counter grew by.
  public let value: Double
  /// When that was, in Unix seconds.
  public let timestamp: Double?

  /// An example; nothing is checked here, the writers leave out what a scraper would refuse.
  public init(labels: LabelSet, value: Double, timestamp: Double? = nil) {
    self.labels = labels
    self.value = value
    self.timestamp = timestamp
  }

  /// True when a scraper takes it: its names are legal, and names and values have at most 128 characters together.
  var isLegal: Bool {
    let length = labels.pairs.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
    return length <= MetricsLimits.exemplarCharacters && labels.areNamesLegal && !value.isNaN
  }
}
