// Which format answers which Accept header: the rules of the Go library, which scrapers are written against.
// SPDX-License-Identifier: Apache-2.0

/// Content negotiation of expositions.
public enum Negotiation {
  /// The format that suits the scraper best; text 0.0.4 when nothing of the header does, or there is none.
  ///
  /// Clauses are tried by weight. The last known `escaping` on the way to the one that fits is said back, as the Go
  /// library does. Protobuf is the answer only to its whole name with `proto` and `encoding=delimited`. A missing version
  /// means 0.0.4 for text and 0.0.1 for OpenMetrics. Several headers are to be joined with commas.
  public static func format(accept: String?) -> ExpositionFormat {
    var escaping: EscapingScheme?
    for clause in AcceptHeader(accept ?? "").clauses {
      if let asked = clause["escaping"].flatMap(EscapingScheme.init) { escaping = asked }
      switch (clause.mediaType, clause["version"]) {
      case ("text/plain", nil), ("text/plain", "0.0.4"): return ExpositionFormat(syntax: .text, escaping: escaping)
      case ("application/openmetrics-text", nil), ("application/openmetrics-text", "0.0.1"):
        return ExpositionFormat(syntax: .openMetrics001, escaping: escaping)
      case ("application/openmetrics-text", "1.0.0"):
        return ExpositionFormat(syntax: .openMetrics100, escaping: escaping)
      case ("application/vnd.google.protobuf", _)
      where clause["proto"] == "io.prometheus.client.MetricFamily" && clause["encoding"] == "delimited":
        return ExpositionFormat(syntax: .protobuf, escaping: escaping)
      default: continue
      }
    }
    return ExpositionFormat(syntax: .text, escaping: escaping)
  }
}
