// One running call of a collector, which scrapes at the same time share: it is made once, and each takes its outcome.
// SPDX-License-Identifier: Apache-2.0

/// A call and who waits for it. Thread-safe.
final class CollectorCall: Sendable {
  /// What came of a call.
  enum Outcome: Sendable {
    case samples([SampleBuffer.Entry])
    case failed(CollectorFailure)
  }

  private struct State: Sendable {
    var thread: UInt?
    var outcome: Outcome?
    var isLate = false
  }

  private let monitor = Monitor(State())

  /// True once somebody has given up waiting.
  var isLate: Bool { monitor.withLock { $0.isLate } }

  /// True on the thread that runs it: the collector has come back to itself, and waiting would never end.
  var isOwn: Bool { monitor.withLock { $0.thread == HelperThreads.currentThread } }

  /// Runs the collector on the calling thread.
  func run(_ body: GuardedCollector.Body) {
    monitor.withLock { $0.thread = HelperThreads.currentThread }
    let buffer = SampleBuffer()
    var outcome = Outcome.failed(.error)
    do {
      try body(buffer)
      outcome = buffer.isFull ? .failed(.full) : .samples(buffer.entries)
    } catch {}
    end(outcome)
  }

  /// Ends the call with this outcome.
  func end(_ outcome: Outcome) {
    monitor.change { state in
      state.thread = nil
      state.outcome = outcome
    }
  }

  /// Waits for the outcome; `late` when there is none by this moment.
  func outcome(until end: ContinuousClock.Instant) -> Outcome {
    if let outcome = monitor.wait(until: end, { $0.outcome }) { return outcome }
    monitor.withLock { $0.isLate = true }
    return .failed(.late)
  }
}
