// What identifies an example, worked out once a request: a middleware makes it, sets it for its task, and everything that
// is counted below may bear it. The check against the format's limit is made here, so that an observation repeats none.
// SPDX-License-Identifier: Apache-2.0

/// The labels of an example, usually the trace of a request. Making one allocates; copies share storage. Thread-safe.
///
///     try await Exemplar.$current.withValue(.trace(id: traceID, span: spanID)) { try await next(request) }
public struct ExemplarLabels: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// Name and value pairs, sorted by name.
  public let labels: LabelSet
  /// False when a scraper would refuse them.
  let areLegal: Bool

  /// These labels; such a pair as has no value is left out. With more than 128 Unicode scalars over names and values, or
  /// a name that is no label's, nothing will bear them, and `vitals_metrics_dropped_exemplars_total` counts each time.
  /// Source: OpenMetrics 1.0, "Exemplars".
  public init(_ pairs: [(name: String, value: String)]) {
    labels = LabelSet(pairs)
    areLegal = Exemplar(labels: labels, value: 0).isLegal
  }

  /// `["trace_id": id]`.
  public init(dictionaryLiteral elements: (String, String)...) { self.init(elements.map { ($0.0, $0.1) }) }

  /// The labels `trace_id` and `span_id`, by which Grafana and others find a trace.
  public static func trace(id: String, span: String? = nil) -> ExemplarLabels {
    ExemplarLabels([("trace_id", id), ("span_id", span ?? "")])
  }
}
