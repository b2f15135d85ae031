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

  /// Runs the collector on the calling thread; what came of it is for nobody yet, see ``end(_:)``.
  func run(_ body: GuardedCollector.Body) -> Outcome {
    monitor.withLock { $0.thread = HelperThreads.currentThread }
    let buffer = SampleBuffer()
    do {
      try body(buffer)
      return buffer.isFull ? .failed(.full) : .samples(buffer.entries)
    } catch {
      return .failed(.error)
    }
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
