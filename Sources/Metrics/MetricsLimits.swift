// Every bound of the metrics module. What goes past one is counted and exported, never silent.
// SPDX-License-Identifier: Apache-2.0

/// The bounds of a registry.
public struct MetricsLimits: Sendable, Hashable {
  /// Series that one labelled family keeps; later label values share one series whose labels all read `other`, and
  /// `vitals_metrics_folded_total` counts the lookups that ended there. 10,000 series render to about 1 MB.
  public var seriesPerFamily: Int

  /// The bounds of a registry; the default suits a service.
  public init(seriesPerFamily: Int = 10_000) { self.seriesPerFamily = seriesPerFamily }

  /// Finite bounds of one histogram; each is a series.
  static let bucketBounds = 1_000
  /// The label value of series past ``seriesPerFamily``.
  static let overflowValue = "other"
  /// Characters of an exemplar's names and values together (OpenMetrics 1.0, "Exemplars").
  static let exemplarCharacters = 128
  /// Clauses of an Accept header that are looked at; Prometheus sends six.
  static let acceptClauses = 64
  /// The longest kernel file that the process collector reads; /proc/stat of a 1,024-core machine stays below it.
  static let kernelFileBytes = 8 << 20

  /// The bounds of a ``MetricsServer``: what a client may send, and for how long it may keep the server waiting. What goes
  /// past one is counted in `vitals_metrics_server_dropped_connections_total{reason}` and
  /// `vitals_metrics_server_refused_requests_total{code}`.
  public struct Server: Sendable, Hashable {
    /// Clients at the same time; for one more the longest idle one goes, or, when all are at work, it is told 503.
    public var connections = 32
    /// Bytes of a request's line and headers together.
    public var headBytes = 8 << 10
    /// Seconds from a request's first byte to its last.
    public var requestSeconds = 5.0
    /// Seconds that a client may take to read an answer.
    public var responseSeconds = 10.0
    /// Seconds that a connection may lie idle between requests; scrapes are often a minute apart.
    public var idleSeconds = 120.0
    /// Seconds that a client may take to go after the last answer.
    public var lingerSeconds = 2.0

    /// The defaults suit any number of scrapers that is usual.
    public init() {}

    /// Connections that wait to be accepted.
    static let backlog: Int32 = 64
    /// Seconds without accepting when the process has no descriptor left.
    static let acceptPauseSeconds = 0.5
    /// Bytes that one call to the kernel reads.
    static let readBytes = 4 << 10
  }
}
