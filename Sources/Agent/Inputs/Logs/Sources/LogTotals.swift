// What following a log adds up to, as a value: of one log, or of several whose series are one.
// SPDX-License-Identifier: Apache-2.0

/// The counters of followed paths.
struct LogTotals {
  /// Lines that were read, those included that are too long to be kept.
  var lines: UInt64 = 0
  /// Lines that were there before the agent and counted at their own time.
  var backfilled: UInt64 = 0
  private(set) var readBytes: UInt64 = 0
  private(set) var lostBytes: UInt64 = 0
  private(set) var holeBytes: UInt64 = 0
  private(set) var rotations: UInt64 = 0
  private(set) var truncations: UInt64 = 0
  private(set) var reopened: UInt64 = 0
  /// Bytes that were seen and do not count yet, nil when that is not known; and when the oldest of them was seen.
  var lagBytes: Int64?
  var lagSince: Moment?
  /// What was refused and why.
  var faults: [LogFault: UInt64] = [:]

  /// Adds what a batch says beside its lines.
  mutating func add(_ batch: TailBatch) {
    lines &+= batch.longLines
    readBytes &+= batch.readBytes
    lostBytes &+= batch.lostBytes
    holeBytes &+= batch.holeBytes
    rotations &+= batch.rotations
    truncations &+= batch.truncations
    reopened &+= batch.reopened
    lagBytes = batch.lagBytes
    lagSince = batch.lagSince
  }

  /// Adds those of another log.
  mutating func add(_ other: LogTotals) {
    lines &+= other.lines
    backfilled &+= other.backfilled
    readBytes &+= other.readBytes
    lostBytes &+= other.lostBytes
    holeBytes &+= other.holeBytes
    rotations &+= other.rotations
    truncations &+= other.truncations
    reopened &+= other.reopened
    if let more = other.lagBytes { lagBytes = (lagBytes ?? 0) &+ more }
    lagSince = [lagSince, other.lagSince].compactMap { $0 }.min { $0.boot < $1.boot }
    for (fault, count) in other.faults { faults[fault, default: 0] &+= count }
  }

  /// The counters of a log that is let go: what they were stays, nothing of it is to be read.
  var past: LogTotals {
    var past = self
    (past.lagBytes, past.lagSince) = (nil, nil)
    return past
  }
}
