// A collector that cannot take the scrape down: it runs outside every lock and into memory of its own; its samples come
// whole or not at all. One that throws, writes too much or is late has none in this collection: absent is true, and old
// values would look like new ones. A late one is left behind and not called again until it has returned; what it then
// had to say is dropped, and no collection waits for it a second time.
//
// Without a time limit it runs on the collecting thread, which costs nothing but the memory of its samples.
// SPDX-License-Identifier: Apache-2.0

/// A registered collector or callback with its name. Thread-safe.
final class GuardedCollector: Sendable {
  typealias Body = @Sendable (any SampleSink) throws -> Void

  private struct State: Sendable {
    var call: CollectorCall?
    var failures: [CollectorFailure: UInt64] = [:]
    var isUp = true
  }

  let name: String
  /// The name of the metric, when it is a callback.
  let occupiedNames: [String]
  private let timeLimit: Duration?
  private let body: Body
  private let state = Locked(State())

  init(name: String, occupiedNames: [String] = [], timeLimit: Duration?, body: @escaping Body) {
    self.name = name
    self.occupiedNames = occupiedNames
    self.timeLimit = timeLimit
    self.body = body
  }

  /// One collection's part in a call.
  struct Visit {
    /// Nil when it is to be made on the collecting thread, in its turn.
    fileprivate let call: CollectorCall?
    fileprivate let end: ContinuousClock.Instant
  }

  /// Begins the call, when it has a time limit; a collection begins all before it waits for the first. Nil when there is
  /// nothing to wait for.
  func begin(within most: Duration?) -> Visit? {
    let limit = [timeLimit, most].compactMap(\.self).min() ?? MetricsLimits.sharedCallWait
    let end = ContinuousClock.now.advanced(by: limit)
    if timeLimit == nil { return Visit(call: nil, end: end) }
    let call = CollectorCall()
    if let running = reserve(call) { return join(running, until: end) }
    let isRunning = HelperThreads.shared.run { [self] in run(call) }
    if !isRunning { finish(call, .failed(.late)) }
    return Visit(call: call, end: end)
  }

  /// Takes the call's outcome, and writes its samples.
  func end(_ visit: Visit, into sink: any SampleSink) {
    guard let visit = visit.call == nil ? runHere(visit) : visit, let call = visit.call else { return }
    let outcome = call.outcome(until: visit.end)
    count(outcome)
    if case .samples(let entries) = outcome { SampleBuffer.write(entries, into: sink) }
  }

  /// The call, made on this thread unless another makes it; nil when there is nothing to wait for.
  private func runHere(_ visit: Visit) -> Visit? {
    let call = CollectorCall()
    if let running = reserve(call) { return join(running, until: visit.end) }
    run(call)
    return Visit(call: call, end: visit.end)
  }

  /// Makes this the running call; the one that runs already, if there is one.
  private func reserve(_ call: CollectorCall) -> CollectorCall? {
    state.withLock { state in
      if let running = state.call { return running }
      state.call = call
      return nil
    }
  }

  private func join(_ running: CollectorCall, until end: ContinuousClock.Instant) -> Visit? {
    if running.isOwn { return nil }
    if running.isLate {
      count(.failed(.late))
      return nil
    }
    return Visit(call: running, end: end)
  }

  private func run(_ call: CollectorCall) { finish(call, call.run(body)) }

  /// Ends a call. Who collects as soon as it has the outcome makes a call of its own: this one knows nothing newer.
  private func finish(_ call: CollectorCall, _ outcome: CollectorCall.Outcome) {
    state.withLock { if $0.call === call { $0.call = nil } }
    call.end(outcome)
  }

  private func count(_ outcome: CollectorCall.Outcome) {
    state.withLock { state in
      switch outcome {
      case .samples: state.isUp = true
      case .failed(let failure):
        state.isUp = false
        state.failures[failure, default: 0] &+= 1
      }
    }
  }

  /// What went wrong so far, and whether the last collection had its samples.
  var health: (isUp: Bool, failures: [CollectorFailure: UInt64]) { state.withLock { ($0.isUp, $0.failures) } }
}
