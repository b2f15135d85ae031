// The state of one followed path, file or pipe, while it crosses threads. The loop asks, a helper reads. A helper may be
// given up as stuck and come back later: its batch is kept until the loop says that it has seen it, so that no line is
// lost, and a second helper never waits for the first.
// SPDX-License-Identifier: Apache-2.0

/// One followed path, polled from helper threads. Thread-safe.
final class TailOwner: Sendable {
  /// What a poll brings.
  enum Answer: Sendable {
    /// The batch and its number, to be acknowledged by the next poll.
    case batch(TailBatch, number: UInt64)
    /// Nothing happened since the last batch.
    case quiet
    /// Another helper is still at it.
    case busy
  }

  private struct State {
    let path: String
    var tail: Tail
    var pipe: TailPipe?
    /// Why the pipe cannot be opened, when that was said.
    var pipeFault: String?
    var unwrapper = LineUnwrapper()
    var kept: Parked<TailBatch>?
    var number: UInt64 = 0
    /// What the path says while there is nothing to do.
    var rest: TailRest?
  }

  private let state: Guarded<State>

  /// Will follow `path`, see ``Tail``.
  init(path: String, fromStart: Bool, keepsPlace: Bool) {
    state = Guarded(State(path: path, tail: Tail(path: path, fromStart: fromStart, keepsPlace: keepsPlace)))
  }

  /// Begins where the life before left; to be called before the first poll.
  func resume(_ saved: SavedLog) { state.withLock { $0.tail.resume(saved) } }

  /// Polls, or hands out again the last batch when its number is past `seen`. Unless it `staysOpen`, what is read to its
  /// end is closed until it changes.
  func poll(
    seen: UInt64, budget: Int, at now: Moment, staysOpen: Bool = true, isCrowded: Bool = false
  ) -> Answer {
    state.withLockIfFree { state in
      if let kept = state.kept, state.number > seen { return .batch(kept.value, number: state.number) }
      // Let go first: the loop's copy is the only one then, and its memory is free while we read.
      state.kept = nil
      if let rest = state.rest, staysOpen || state.tail.openFiles == 0, rest.holds(state.path) { return .quiet }
      state.tail.isCrowded = isCrowded
      var batch = Self.poll(&state, budget, now)
      state.unwrapper.unwrap(&batch)
      if !staysOpen { state.tail.close() }
      state.rest = state.pipe == nil ? state.tail.rest : nil
      batch.openFiles = state.tail.openFiles + (state.pipe == nil ? 0 : 1)
      batch.isGone = state.rest == .nothing
      state.number &+= 1
      state.kept = Parked(batch)
      return .batch(batch, number: state.number)
    } ?? .busy
  }

  /// The batch of this number is counted: nobody holds its lines any longer than that.
  func acknowledge(_ number: UInt64) {
    state.withLockIfFree { if $0.number == number { $0.kept = nil } }
  }

  /// Looks at the file, or at the pipe when the path means one.
  private static func poll(_ state: inout State, _ budget: Int, _ now: Moment) -> TailBatch {
    let isStandard = state.path == LogSource.standardInput
    if let pipe = state.pipe, !isStandard, (try? FileStatus.of(state.path))?.identity != pipe.end.identity {
      // What is still in it is read before.
      if let batch = state.pipe?.poll(budget: budget), batch.readBytes > 0 { return batch }
      state.pipe = nil
    }
    if let batch = state.pipe?.poll(budget: budget) { return batch }
    var batch = isStandard ? TailBatch(meetsPipe: true) : state.tail.poll(budget: budget, at: now)
    if batch.meetsPipe { open(&state, &batch) }
    return batch
  }

  /// Opens the pipe, which the next poll reads.
  private static func open(_ state: inout State, _ batch: inout TailBatch) {
    do throws(SystemError) {
      let isStandard = state.path == LogSource.standardInput
      state.pipe = TailPipe(try isStandard ? PipeEnd.standardInput() : PipeEnd.named(state.path))
      state.pipeFault = nil
      batch.hasMore = true
    } catch {
      if state.pipeFault != error.reason { batch.events.append(.unreadable(error.reason)) }
      state.pipeFault = error.reason
    }
  }
}
