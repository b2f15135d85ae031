// Keeps on disk where the logs were left, as far as their lines were counted: every few seconds when something changed,
// and at the end. Lines that were counted after the last time it was written are counted again by the next life when this
// one is killed; when it ends in order, none are.
//
// What proves later that a file is the one that was read is hashed where the checkpoint is written, on a helper thread, and
// then forgotten: of thousands of logs it would be megabytes. So would be what each log had at one moment, while all are
// read on: each is asked when it is its turn, and may have counted more by then than the first one had.
//
// Only places are kept, no counts: those begin at zero with each life, as Prometheus expects, and belong to rules and
// routes that may be others by then.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The loop's side of the checkpoint. Not thread-safe.
final class Checkpoint: Collector {
  private static let age = MetricFamily(
    "vitals_checkpoint_age_seconds", .gauge,
    help: "For how long log lines count that the checkpoint does not know; 0 when it knows all.", unit: "seconds")
  private static let failures = MetricFamily(
    "vitals_checkpoint_failures_total", .counter, help: "Checkpoints that could not be written.")
  private static let writes = MetricFamily(
    "vitals_checkpoint_writes_total", .counter, help: "Checkpoints that were written.")

  private let file: CheckpointFile
  private let work: any BlockingWork
  private let log: any EventLog
  /// What is known of logs that nobody follows, (not) yet or not any more.
  private var others = CheckpointText()
  private var isForeign = false
  /// Why the agent cannot go on: another one keeps this checkpoint.
  private(set) var conflict: String?
  private var isWriting = false
  private var saidFailure = false
  private var writtenAt: Moment?
  private var changedAt: Moment?
  /// The same since a write began.
  private var changedSince: Moment?
  private var now = Moment(boot: 0, real: 0)
  private var failed: UInt64 = 0
  private var written: UInt64 = 0
  /// Who waits for the end of a write.
  private var afterwards: (() -> Void)?

  init(path: String, work: any BlockingWork, log: any EventLog) {
    file = CheckpointFile(path)
    self.work = work
    self.log = log
  }

  /// Reads the file; calls `done` when it was read or is given up, never when there is a conflict.
  func load(at now: Moment, done: @escaping () -> Void) {
    self.now = now
    let file = file
    work.run(file.path, limitSeconds: Limits.checkpointSeconds) {
      file.read()
    } done: { [weak self] found in
      self?.take(found)
      if self?.conflict == nil { done() }
    }
  }

  private func take(_ found: CheckpointFile.Found?) {
    switch found {
    case .nothing?: log.log(.info, "no checkpoint yet", [("path", file.path)])
    case .checkpoint(let text)?:
      others = text
      log.log(.info, "checkpoint is read", [("path", file.path), ("logs", String(text.entries.count))])
    case .inUse?: conflict = "--checkpoint \(file.path): is in use by another vitals; each needs one of its own"
    case .fault(let reason, let isForeign)?:
      self.isForeign = isForeign
      sayUseless(reason, isForeign ? ", and it is left as it is" : "")
    case nil: sayUseless("does not answer, its file system may be stuck", "")
    }
  }

  private func sayUseless(_ reason: String, _ more: String) {
    let message = "checkpoint cannot be used: logs are read as without" + more
    log.log(.warning, message, [("path", file.path), ("reason", reason)])
  }

  /// Where a log was left by the life before, or when it was let go; nil when it was not followed.
  func saved(_ path: String) -> SavedLog? { others.entries[path]?.log }

  /// Keeps where a log was left that is followed no longer.
  func keep(_ path: String, _ log: SavedLog, at now: Moment) {
    others.entries[path] = CheckpointText.Entry(log: log.hashed, seen: now.real / 1_000_000_000)
  }

  /// Nothing was written yet, nor tried.
  var isFirst: Bool { writtenAt == nil }

  /// Writes it when that is due: `places` are the logs, and only asked for then, since there may be thousands; `haveMoved`
  /// when any was counted on since the last call.
  func sample(_ places: @autoclosure () -> [CheckpointText.Followed], haveMoved: Bool, at now: Moment) {
    self.now = now
    if haveMoved {
      changedAt = changedAt ?? now
      changedSince = changedSince ?? now
    }
    if changedAt != nil, !isWriting, due { write(places()) }
  }

  /// Writes it for the last time, if anything changed, and lets others have it; calls `done` when that is over, whatever
  /// comes of it.
  func finish(_ places: [CheckpointText.Followed], haveMoved: Bool, at now: Moment, done: @escaping () -> Void) {
    self.now = now
    if isWriting {
      afterwards = { [weak self] in
        guard let self else { return done() }
        finish(places, haveMoved: haveMoved, at: now, done: done)
      }
    } else if haveMoved || changedAt != nil {
      afterwards = { [weak self] in self?.release(done) ?? done() }
      write(places)
    } else {
      release(done)
    }
  }

  private func release(_ done: @escaping () -> Void) {
    let file = file
    work.run(file.path, limitSeconds: Limits.checkpointSeconds) {
      file.release()
    } done: { _ in
      done()
    }
  }

  func collect(into sink: any SampleSink) {
    sink.family(Self.age)
    sink.sample(.empty, changedAt.map { (now.seconds(since: $0) * 1e3).rounded() / 1e3 } ?? 0)
    sink.family(Self.failures)
    sink.sample(.empty, .unsigned(failed))
    sink.family(Self.writes)
    sink.sample(.empty, .unsigned(written))
  }

  private var due: Bool {
    guard let writtenAt else { return true }
    return now.seconds(since: writtenAt) + 0.5 >= Limits.checkpointIntervalSeconds
  }

  private func write(_ places: [CheckpointText.Followed]) {
    writtenAt = now
    if isForeign { return finishWriting("is no checkpoint") }
    isWriting = true
    changedSince = nil
    let seconds = now.real / 1_000_000_000
    forget(places, before: seconds)
    var text = others
    text.followed = places
    let (file, moment) = (file, now)
    work.run(file.path, limitSeconds: Limits.checkpointSeconds) { [text] in
      file.write(text, at: moment) ?? ""
    } done: { [weak self] reason in
      self?.isWriting = false
      self?.finishWriting(reason ?? "does not answer, its file system may be stuck")
    }
  }

  /// What nobody follows is kept for a while: a pattern may find it again. What is followed is known better.
  private func forget(_ places: [CheckpointText.Followed], before seconds: UInt64) {
    if others.entries.isEmpty { return }
    for log in places { others.entries[log.path] = nil }
    others.entries = others.entries.filter { $0.value.seen &+ Limits.checkpointKeptSeconds >= seconds }
  }

  private func finishWriting(_ reason: String) {
    if reason.isEmpty {
      written &+= 1
      changedAt = changedSince
      if saidFailure { log.log(.info, "checkpoint is written again", [("path", file.path)]) }
      saidFailure = false
    } else {
      failed &+= 1
      // A foreign file was spoken of when it was found.
      if !saidFailure, !isForeign {
        log.log(.warning, "checkpoint cannot be written", [("path", file.path), ("reason", reason)])
        saidFailure = true
      }
    }
    let next = afterwards
    afterwards = nil
    next?()
  }
}
