// Collects what the worker processes of a service keep in the value files of Python's prometheus_client. One collection
// at a time reads, under a lock that only collections take: unlike the module's other locks it is held over system calls,
// because two readings at once would cost twice and could disagree. The trade-off is memory, 8 bytes an entry and file and
// 12 more where no other file has the same entries in the same order, for totals that do not go back when a file cannot be read for once or its worker dies.
// SPDX-License-Identifier: Apache-2.0

/// The metrics of a pre-forking Python service (gunicorn, uvicorn, uWSGI), from its `PROMETHEUS_MULTIPROC_DIR`.
///
/// Adds the files of all workers up as prometheus_client's own `MultiProcessCollector` does, but reads those of ended
/// workers once, so that a collection costs what the running workers cost. Differences: gauges of the modes `live*` go
/// with their process, whether or not the service calls `mark_process_dead`; a value that its metric cannot have (a
/// negative or infinite counter) is left out; names that are not legal in Prometheus's classic syntax are left out. A
/// file that is removed takes its values with it. Where a ``ValueFileWriter`` writes a registry, register this in another:
/// of two metrics with one name an exposition has the process's own. The writer leaves out what is read here.
///
/// Thread-safe; a collection waits for one that is running. It reads each file of a running worker and looks at the
/// others with stat(2): the directory is never written, locked or mapped. Files of running workers stay open, at most
/// 4,096 and one for every four descriptors that the process may have (`ulimit -n`); none do any more once the process
/// had no descriptor left. What is left out is counted
/// in `vitals_value_files_skipped`, by reason; files and readings in `vitals_value_files` and
/// `vitals_value_files_read_total`.
///
/// Source: prometheus_client 0.26, mmap_dict.py and multiprocess.py.
public final class ValueFiles: Collector, Sendable {
  /// The directory as it was given.
  public let directory: String
  private let reader: Locked<ValueFileReader>

  /// Reads `directory`, which need not be there yet.
  public init(directory: String, liveness: WorkerLiveness = .proven) {
    self.directory = directory
    reader = Locked(ValueFileReader(path: directory, liveness: liveness))
  }

  /// Reads the files and writes all series, then the reader's own.
  public func collect(into sink: any SampleSink) {
    reader.withLock { reader in
      reader.update()
      var output = ValueFileOutput(sink)
      output.write(&reader)
      reader.report.write(directory: directory, into: sink)
    }
  }
}
