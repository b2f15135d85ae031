// One configured log as the loop sees it: its owner on the other threads, its reader, and its own counters.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The loop's side of one followed path. Not thread-safe.
final class LogFile {
  /// What the user named.
  let source: LogSource
  /// `service`, `path`.
  let labels: LabelSet
  let owner: TailOwner
  let reader: LogReader
  /// A poll is under way.
  var isPolling = false
  /// Something changed while it was: poll once more.
  var wantsMore = false
  /// When it was found stuck; nil while it answers.
  var stuckAt: Moment?
  /// Until it has been read to its end once, its lines are older than the moment at which they are read.
  var isBehind = true
  /// A batch whose lines wait for the lines of the service's other logs, and the place of the next of them.
  var held: (batch: TailBatch, number: UInt64, place: Int, time: UInt64)?
  /// Where it is left, as far as its lines are counted; nil until that is known.
  private(set) var position: SavedLog?
  /// Somebody was told that lines of it are not understood.
  var saidInvalid = false
  /// Somebody was told that another log is the same file.
  var saidTwin = false
  /// Which file it was at the last look, when it could be read.
  private(set) var identity: FileIdentity?
  /// The last batch that was counted.
  private(set) var seen: UInt64 = 0
  /// All batches so far, added up; without their lines and events.
  private(set) var total = TailBatch()

  /// Will follow `source` and count into `counts` and by `rules`; `keepsPlace` when there is a checkpoint.
  init(
    _ source: LogSource, fromStart: Bool, counts: ServiceCounts, rules: LogRules? = nil, keepsPlace: Bool = false
  ) {
    self.source = source
    labels = LabelSet([("service", source.service), ("path", source.path)])
    owner = TailOwner(path: source.path, fromStart: fromStart, keepsPlace: keepsPlace)
    reader = LogReader(counts, rules: rules)
  }

  /// Lines that were read, those included that are too long to be kept.
  var lines: UInt64 { reader.lines &+ total.longLines }

  /// Bytes that were seen and do not count yet, and when the oldest of them was seen; nil when that is not known, as while
  /// the log does not answer.
  var lag: (bytes: Int64, since: Moment?)? {
    if stuckAt != nil { return nil }
    guard let held else { return total.lagBytes.map { ($0, total.lagSince) } }
    let waiting = Int64(held.batch.lines.count - held.place)
    return held.batch.lagBytes.map { ($0 + waiting, waiting > 0 ? held.batch.readSince : held.batch.lagSince) }
  }

  /// Adds a batch's counters: its lines are counted.
  func take(_ batch: TailBatch, number: UInt64) {
    seen = number
    identity = batch.identity
    position = batch.position ?? position
    total.longLines &+= batch.longLines
    total.readBytes &+= batch.readBytes
    total.lostBytes &+= batch.lostBytes
    total.holeBytes &+= batch.holeBytes
    total.rotations &+= batch.rotations
    total.truncations &+= batch.truncations
    total.reopened &+= batch.reopened
    total.lagBytes = batch.lagBytes
    total.lagSince = batch.lagSince
    reader.add(.tooLong, batch.longLines)
    reader.add(.partial, batch.partialLines)
  }
}
