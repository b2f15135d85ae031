// The state of one followed path while it crosses threads. The loop asks, a helper reads. A helper may be given up as
// stuck and come back later: its batch is kept until the loop says that it has seen it, so that no line is lost, and a
// second helper never waits for the first.
// SPDX-License-Identifier: Apache-2.0

/// One followed path, polled from helper threads. Thread-safe.
final class TailOwner: Sendable {
  /// What a poll brings.
  enum Answer: Sendable {
    /// The batch and its number, to be acknowledged by the next poll.
    case batch(TailBatch, number: UInt64)
    /// Another helper is still at it.
    case busy
  }

  private struct State {
    var tail: Tail
    var kept: TailBatch?
    var number: UInt64 = 0
  }

  private let state: Guarded<State>

  /// Will follow `path`, see ``Tail``.
  init(path: String, fromStart: Bool, keepsPlace: Bool) {
    state = Guarded(State(tail: Tail(path: path, fromStart: fromStart, keepsPlace: keepsPlace)))
  }

  /// Begins where the life before left; to be called before the first poll.
  func resume(_ saved: SavedLog) { state.withLock { $0.tail.resume(saved) } }

  /// Polls, or hands out again the last batch when its number is past `seen`.
  func poll(seen: UInt64, budget: Int, at now: Moment) -> Answer {
    state.withLockIfFree { state in
      if let kept = state.kept, state.number > seen { return .batch(kept, number: state.number) }
      // Let go first: the loop's copy is the only one then, and its memory is free while we read.
      state.kept = nil
      let batch = state.tail.poll(budget: budget, at: now)
      state.number &+= 1
      state.kept = batch
      return .batch(batch, number: state.number)
    } ?? .busy
  }
}
