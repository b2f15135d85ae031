// Follows a pipe: standard input, or one with a name. There is nothing to look up in it and no way back: what is read is
// gone, so that no place is kept, and the pipe itself holds what is not read yet. It is read until it is empty or the budget
// ends, and never waited for.
// SPDX-License-Identifier: Apache-2.0

/// An open pipe and the line that is not complete. Not thread-safe.
struct TailPipe {
  /// The pipe itself, for whoever waits for it.
  let end: PipeEnd
  private var cutter = LineCutter()
  private var isAnnounced = false
  private var fault: String?
  /// Nothing can come any more.
  private(set) var isOver = false

  init(_ end: PipeEnd) { self.end = end }

  /// Reads at most `budget` bytes of what is there.
  mutating func poll(budget: Int) -> TailBatch {
    var batch = TailBatch()
    batch.identity = end.identity
    if !isAnnounced { batch.events.append(.opened(at: 0)) }
    isAnnounced = true
    var left = isOver ? 0 : budget
    var block: [UInt8] = []
    do throws(SystemError) {
      while left > 0 {
        block.removeAll(keepingCapacity: true)
        let outcome = try end.read(into: &block, count: min(left, Limits.tailBlockBytes))
        if outcome != .bytes {
          if outcome == .end { finish(&batch) }
          break
        }
        cutter.add(block, to: &batch)
        batch.readBytes &+= UInt64(block.count)
        left -= block.count
      }
      fault = nil
    } catch {
      if fault != error.reason { batch.events.append(.unreadable(error.reason)) }
      fault = error.reason
    }
    batch.hasMore = left <= 0 && !isOver
    if !batch.hasMore, fault == nil { batch.lagBytes = 0 }
    if end.canWait, !isOver { batch.pipe = end }
    return batch
  }

  private mutating func finish(_ batch: inout TailBatch) {
    isOver = true
    if cutter.breakLine() { batch.partialLines &+= 1 }
    batch.events.append(.ended)
  }
}
