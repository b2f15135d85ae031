// Every bound of the metrics module. What goes past one is counted and exported, never silent.
// SPDX-License-Identifier: Apache-2.0

/// The bounds of a registry.
public struct MetricsLimits: Sendable, Hashable {
  /// Series that one labelled family keeps; later label values share one series whose labels all read `other`, and
  /// `vitals_metrics_folded_total` counts the lookups that ended there. 10,000 series render to about 1 MB.
  public var seriesPerFamily: Int

  /// Labelled series that all families of a registry keep together. Past it each family folds new label values into
  /// its own series of `other`, as past ``seriesPerFamily``; those series and instruments without labels are not counted.
  public var series: Int

  /// The bounds of a registry; the default suits a service.
  public init(seriesPerFamily: Int = 10_000, series: Int = 100_000) {
    self.seriesPerFamily = seriesPerFamily
    self.series = series
  }

  /// Threads for callbacks with a time limit, in a process.
  static let helperThreads = 4
  /// Families and samples that a collector with a name may write in one collection; a million are some 100 MB.
  static let collectorEntries = 1_000_000
  /// How long a collection waits for a call that another one has begun and that has no limit of its own.
  static let sharedCallWait = Duration.seconds(1)
  /// The longest time that a scraper's header can give a collection.
  static let scrapeSeconds = 3_600.0
  /// Finite bounds of one histogram; each is a series.
  static let bucketBounds = 1_000
  /// Populated buckets of one native histogram.
  static let nativeBuckets = 4_096
  /// Neighbouring native buckets from the first populated one to the last, of one sign: 256 KB a thread. At schema 3 and
  /// coarser nothing comes near it; past it the resolution is halved as for too many buckets.
  static let nativeWindow = 32_768
  /// The magnitude of a native bucket's index; the largest double's at schema 8 is 262,144, the least one's -274,944.
  static let nativeIndices = 300_000
  /// The label value of series past ``seriesPerFamily``.
  static let overflowValue = "other"
  /// Characters of an exemplar's names and values together (OpenMetrics 1.0, "Exemplars").
  static let exemplarCharacters = 128
  /// A slot of examples keeps what it has for so long, in nanoseconds: at most one replacement a second.
  static let exemplarNanoseconds: UInt64 = 1_000_000_000
  /// Quantiles of one summary; each is a series.
  static let summaryQuantiles = 32
  /// A summary's window moves on by so many parts: an old observation goes after four to five fifths of the window.
  static let summaryParts = 5
  /// The windows that a summary may have.
  static let summaryWindow: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
  /// Doublings of a summary's range. Its memory: 2 KB a thread for every four doublings in which that thread observed,
  /// 40 KB at most, and 10 bytes for every bucket in use and part of the window, 300 KB at most.
  static let summaryOctaves = 80
  /// States of a state set: bits of a word, so that all of them are read at one moment.
  static let stateSetStates = 64
  /// Labels of one family past which lint says that there are many.
  static let lintLabels = 10
  /// Clauses of an Accept header that are looked at; Prometheus sends six.
  static let acceptClauses = 64
  /// The longest kernel file that the process collector reads; /proc/stat of a 1,024-core machine stays below it.
  static let kernelFileBytes = 8 << 20

  /// Entries of a directory of value files that are looked at, and value files that are read of it.
  static let valueDirectoryEntries = 200_000
  static let valueFiles = 20_000
  /// The used part of one value file, and of all that one collection reads. prometheus_client begins with 64 KiB and
  /// doubles; 64 MiB are some 500,000 entries.
  static let valueFileBytes = 64 << 20
  static let valueBytes = 512 << 20
  /// The room that a file of our own has given at first.
  static let valueFirstAllocation = 64 << 10
  /// What is read in one call of a file that was not met before, and past the length that it had last.
  static let valueFirstRead = 16 << 10
  static let valueGrowthRead = 256
  /// The JSON of one key, the labels in it, the keys of one kind of file, and the bytes of these together.
  static let valueKeyBytes = 64 << 10
  static let valueKeyLabels = 256
  static let valueKeys = 500_000
  static let valueKeyTextBytes = 128 << 20
  /// Files of ended workers that a collection reads once more, in turn.
  static let valueFilesReadAgain = 16
  /// Files of running workers that a reader keeps open, and how many descriptors the process must be allowed for each.
  static let valueFilesKeptOpen = 4_096
  static let descriptorsPerKeptFile = 4
  /// Running workers whose identity a collection makes sure of once more, in turn, and open files of one that are
  /// looked through for its value files.
  static let workersLookedAt = 16
  static let workerDescriptors = 4_096
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

    /// Connections that wait to be accepted. One too many loses its first packet and comes a second late, so that a crowd
    /// would make scrapes late with less.
    static let backlog: Int32 = 1_024
    /// Seconds without accepting when the process has no descriptor left.
    static let acceptPauseSeconds = 0.5
    /// Bytes that one call to the kernel reads.
    static let readBytes = 4 << 10
  }
}
