@testable import VitalsAgent

/// Runs work at once or when told.
final class StepWork: BlockingWork {
  /// How the next jobs go.
  enum Way {
    /// Done at once.
    case prompt
    /// Never started: given up without an answer.
    case refused
    /// Started, given up, and its answer comes when told.
    case stuck
  }

  var way = Way.prompt
  private(set) var subjects: [String] = []

  func run<Result: Sendable>(
    _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
    done: @escaping (Result?) -> Void
  ) {
    subjects.append(subject)
    switch way {
    case .prompt: done(work())
    case .refused: done(nil)
    case .stuck:
      // As a helper does that comes back late: the work is done, its result thrown away.
      _ = work()
      done(nil)
    }
  }
}
