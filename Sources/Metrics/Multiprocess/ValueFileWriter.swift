// Keeps a registry's values in value files. The instruments stay what they are, cells of their threads: a thread in the
// background collects them four times a second and writes what changed. The trade-off: a crash loses what was counted
// since the last writing, at most one interval; counting costs nothing more than without.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Writes the values of a registry to files that survive the process, in the form of Python's prometheus_client, so that
/// ``ValueFiles``, or a Python process, can read them while it runs and after it was killed.
///
/// Thread-safe. A writing collects the registry and costs one write(2) a kind of metric that changed, and no writing
/// where nothing did. The files are named after the process (`counter_PID.db`); a file that an ended process of the same
/// id has left is gone on from. A forked child must call ``flush()`` itself: it has files of its own, and counts from the
/// parent's last writing on (flush before a fork, else what the parent counted since counts twice).
///
/// What the background thread cannot write is tried again at the next interval and counted in
/// `vitals_value_writer_failures_total`, which the registry shows once it is not zero.
public final class ValueFileWriter: Sendable {
  private final class Core: Collector, Sendable {
    let registry: Registry
    let store: Locked<ValueFileStore>
    let tickets = Atomic<UInt64>(0)
    let failures = AtomicCount()
    let pid: @Sendable () -> Int32

    private static let failed = MetricFamily(
      "vitals_value_writer_failures_total", .counter, help: "Writings of value files that failed or were not complete.")

    init(_ registry: Registry, _ store: ValueFileStore, pid: @escaping @Sendable () -> Int32) {
      self.registry = registry
      self.store = Locked(store)
      self.pid = pid
    }

    func flush() throws(ValueFileError) {
      let ticket = tickets.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
      let recorder = ValueFileRecorder()
      registry.collect(into: recorder)
      do throws(ValueFileError) {
        let unwritten = try store.withLock { store throws(ValueFileError) -> UInt64 in
          try store.write(recorder, ticket: ticket, pid: pid(), now: SystemClock.unixSeconds)
          return store.unwritten
        }
        if unwritten > 0 { failures.add(1) }
      } catch {
        failures.add(1)
        throw error
      }
    }

    func collect(into sink: any SampleSink) {
      if failures.value == 0 { return }
      sink.family(Self.failed)
      sink.sample(.empty, .unsigned(failures.value))
    }
  }

  private static let directories = Locked<Set<String>>([])

  private let core: Core
  private let ticker = Locked<Ticker?>(nil)

  /// Writes the registry's values once, and then every `interval` until ``stop()``; `nil` leaves that to ``flush()``.
  ///
  /// `gaugeModes` says by name how the gauges of several processes become one; others have `gaugeMode`. The directory
  /// must be there and is not cleared: remove its files before the service's first process starts.
  public convenience init(
    registry: Registry, directory: String, every interval: Duration? = .milliseconds(250),
    gaugeMode: GaugeMode = .all, gaugeModes: [String: GaugeMode] = [:]
  ) throws(ValueFileError) {
    try self.init(
      registry: registry, directory: directory, every: interval, gaugeMode: gaugeMode, gaugeModes: gaugeModes,
      pid: { WorkerProcess.own })
  }

  /// The same, with process ids that a test chooses.
  package init(
    registry: Registry, directory: String, every interval: Duration?, gaugeMode: GaugeMode,
    gaugeModes: [String: GaugeMode], pid: @escaping @Sendable () -> Int32
  ) throws(ValueFileError) {
    let store = ValueFileStore(path: directory, modes: gaugeModes, defaultMode: gaugeMode, pid: pid())
    core = Core(registry, store, pid: pid)
    guard let identity = FileDirectory(directory)?.stamp(".") else {
      throw .directory(directory, code: FileDirectory.error)
    }
    let owner = "\(pid()) \(identity.device) \(identity.inode) \(directory)"
    if !Self.directories.withLock({ $0.insert(owner).inserted }) { throw .inUse(directory) }
    do throws(ValueFileError) {
      try core.flush()
      if let interval { try start(interval) }
    } catch {
      Self.directories.withLock { _ = $0.remove(owner) }
      throw error
    }
    registry.register(core)
  }

  deinit { stop() }

  /// Collects the registry and writes what changed. After it every value that was recorded before the call is in the
  /// files. No collector of the registry may wait for another thread that flushes.
  public func flush() throws(ValueFileError) { try core.flush() }

  /// Ends the background thread and writes a last time. ``flush()`` goes on working.
  public func stop() {
    guard let ticker = ticker.withLock({ ticker in ticker.take() }) else { return }
    ticker.stop()
    try? core.flush()
  }

  private func start(_ interval: Duration) throws(ValueFileError) {
    let core = core
    do throws(SystemFailure) {
      let started = try Ticker(every: interval) { try? core.flush() }
      ticker.withLock { $0 = started }
    } catch {
      throw .thread(code: error.code)
    }
  }
}
