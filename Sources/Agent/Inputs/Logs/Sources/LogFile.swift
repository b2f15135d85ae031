// One followed log as the loop sees it: its owner on the other threads, its reader, and its own counters.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The loop's side of one followed path. Not thread-safe.
final class LogFile {
  typealias Held = (batch: TailBatch, number: UInt64, place: Int, time: UInt64)

  /// The path and its service.
  let source: LogSource
  /// Which of the sources it came from; its polls share their turns with those of the same one.
  let domain: String
  /// It was found and not named: when it is gone it is let go.
  let isFound: Bool
  let owner: TailOwner
  let reader: LogReader
  /// A poll is under way, or waits for its turn.
  var isPolling = false
  /// The poll is under way.
  var isOut = false
  /// Something changed while it was: poll once more.
  var wantsMore = false
  /// When it was found stuck; nil while it answers.
  var stuckAt: Moment?
  /// Until it has been read to its end once, its lines are older than the moment at which they are read.
  var isBehind = false
  /// Its lines wait for those of the service's other logs, see ``Backlog``.
  var isOrdered = false
  /// A batch whose lines wait for the lines of the service's other logs, and the place of the next of them.
  var held: Held? {
    get { parked?.value }
    set { parked = newValue.map { Parked($0) } }
  }
  /// Where it is left, as far as its lines are counted; nil until that is known. Who writes the checkpoint asks for it on a
  /// helper thread.
  let place = Guarded<SavedLog?>(nil)
  /// Somebody was told that lines of it are not understood.
  var saidInvalid = false
  /// It is the same file as a log that is followed: while it is, it is not.
  var isTwin = false
  /// Since when nothing is at its path; nil while something is.
  var goneAt: Moment?
  /// When it last brought anything.
  var grewAt: Moment?
  /// Its open files.
  private(set) var openFiles = 0
  /// The files that stood at its path, the present one last.
  private(set) var identities: [FileIdentity] = []
  /// The last batch that was counted.
  private(set) var seen: UInt64 = 0
  /// Its own counters.
  private var counts = LogTotals()
  private var parked: Parked<Held>?

  /// Will follow `source` and count into `counts` and by `rules`; `keepsPlace` when there is a checkpoint.
  init(
    _ source: LogSource, domain: String? = nil, isFound: Bool = false, fromStart: Bool, counts: ServiceCounts,
    rules: LogRules? = nil, keepsPlace: Bool = false
  ) {
    self.source = source
    self.domain = domain ?? source.directory
    self.isFound = isFound
    owner = TailOwner(path: source.path, fromStart: fromStart, keepsPlace: keepsPlace)
    reader = LogReader(counts, rules: rules)
  }

  /// All that it has brought.
  var totals: LogTotals {
    var totals = counts
    totals.lines = reader.lines &+ counts.lines
    totals.backfilled = reader.backfilled
    totals.faults = reader.faults
    (totals.lagBytes, totals.lagSince) = (lag?.bytes, lag?.since)
    return totals
  }

  /// Bytes that were seen and do not count yet, and when the oldest of them was seen; nil when that is not known, as while
  /// the log does not answer.
  private var lag: (bytes: Int64, since: Moment?)? {
    if stuckAt != nil { return nil }
    guard let held else { return counts.lagBytes.map { ($0, counts.lagSince) } }
    let waiting = Int64(held.batch.lines.count - held.place)
    return held.batch.lagBytes.map { ($0 + waiting, waiting > 0 ? held.batch.readSince : held.batch.lagSince) }
  }

  /// Which file it was at the last look, when it could be read.
  var identity: FileIdentity? { identities.last }

  /// Notes which file stands at its path.
  func note(_ identity: FileIdentity) {
    if identities.last == identity { return }
    identities.removeAll { $0 == identity }
    identities.append(identity)
    if identities.count > Limits.logIdentities { identities.removeFirst() }
  }

  /// Notes what a batch says beside its lines, as soon as it is there.
  func look(_ batch: TailBatch, at now: Moment) {
    if let identity = batch.identity { note(identity) }
    openFiles = batch.openFiles
    goneAt = batch.isGone ? goneAt ?? now : nil
    if batch.readBytes > 0 || grewAt == nil { grewAt = now }
  }

  /// Adds a batch's counters: its lines are counted.
  func take(_ batch: TailBatch, number: UInt64) {
    seen = number
    owner.acknowledge(number)
    if let position = batch.position { place.withLock { $0 = position } }
    counts.add(batch)
    reader.add(.tooLong, batch.longLines)
    reader.add(.partial, batch.partialLines)
  }
}
