// Block after block of one log as whole lines for the counter. Blocks are cut as those of a followed log are, so that the
// same lines count, those inside of a container runtime's too; what this adds is the number of each line, and the limits of
// time that were asked for. A line that a runtime has cut into parts has the number of one.
// SPDX-License-Identifier: Apache-2.0

/// What is between two blocks of a log.
struct ReplayChunk {
  /// The block that was read last.
  var block: [UInt8] = []
  /// Lines longer than ``Limits/lineBytes``.
  private(set) var longLines: UInt64 = 0
  private var cutter = LineCutter()
  private var batch = TailBatch()
  private var unwrapper = LineUnwrapper()
  private var window: ReplayWindow?

  init(_ window: ReplayWindow?) { self.window = window }

  /// Counts the whole lines of the block.
  mutating func count(
    _ counter: inout LineCounter<ReplayWitness>, _ counts: ServiceCounts, _ witness: inout ReplayWitness
  ) {
    batch.lines.removeAll(keepingCapacity: true)
    batch.longLines = 0
    cutter.add(block, to: &batch)
    // A block is no longer than a line may be: only its first line can be too long, or what follows its last one.
    let isLast = cutter.isSkipping
    let isLong = batch.longLines > 0
    if isLong, !isLast { passLongLine(&counter, &witness) }
    countLines(&counter, counts, &witness)
    if isLong, isLast { passLongLine(&counter, &witness) }
  }

  /// The log is over; its last line may have no line feed, when it is `whole`.
  mutating func finish(
    _ counter: inout LineCounter<ReplayWitness>, _ counts: ServiceCounts, _ witness: inout ReplayWitness,
    isWhole: Bool
  ) {
    let rest = cutter.carry
    batch.lines = rest
    if isWhole, !rest.isEmpty { countLines(&counter, counts, &witness) }
    counter.finish(into: &counts.tally)
    if isWhole || rest.isEmpty { return }
    witness.pass()
    counter.add(.partial, 1)
    witness.refused(.partial)
  }

  /// The time by which rules forget what never ended. The time of day is unknown where a line does not say it.
  func moment(_ witness: borrowing ReplayWitness) -> Moment { Moment(boot: witness.now, real: 0) }

  private mutating func passLongLine(_ counter: inout LineCounter<ReplayWitness>, _ witness: inout ReplayWitness) {
    longLines &+= 1
    witness.pass()
    counter.add(.tooLong, 1)
    witness.refused(.tooLong)
  }

  /// Counts the lines of the batch.
  private mutating func countLines(
    _ counter: inout LineCounter<ReplayWitness>, _ counts: ServiceCounts, _ witness: inout ReplayWitness
  ) {
    (batch.longLines, batch.clock) = (0, nil)
    unwrapper.unwrap(&batch)
    let bytes = batch.lines
    let lines = bytes.span
    let moment = moment(witness)
    defer { for _ in 0..<batch.longLines { passLongLine(&counter, &witness) } }
    witness.begin(clock: batch.clock, at: 0)
    guard window != nil else {
      counter.read(lines, into: &counts.tally, at: moment, &witness)
      return witness.finish(lines, service: counts.service)
    }
    counter.look(ahead: lines)
    var start = 0
    while let piece = window?.next(lines, from: start, clock: batch.clock) {
      if piece.isInside {
        witness.begin(clock: batch.clock, at: piece.range.lowerBound)
        let part = lines.extracting(piece.range)
        counter.read(part, into: &counts.tally, at: moment, &witness)
        witness.finish(part, service: counts.service)
      } else {
        witness.pass(piece.lines)
      }
      start = piece.range.upperBound
    }
  }
}
