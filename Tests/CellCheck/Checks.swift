// The list of what can be checked, on what.
// SPDX-License-Identifier: Apache-2.0

/// One check on one subject.
struct Check: Sendable {
  let name: String
  let subject: String
  /// What is wrong, or nil.
  let run: @Sendable (_ size: Int) -> String?

  init(_ name: String, _ subject: String, _ run: @escaping @Sendable (Int) -> String?) {
    self.name = name
    self.subject = subject
    self.run = run
  }
}

enum Checks {
  static let all: [Check] = [
    Check("churn", "plain") { CounterChecks.churn(PlainCounter(), increments: $0) },
    Check("churn", "early") { CounterChecks.churn(EarlyHandover(), increments: $0) },
    Check("churn", "real") { CounterChecks.churn(RealCounter(), increments: $0) },
    Check("limit", "unlocked") { CounterChecks.manyThreads(UnlockedCounter(), increments: $0) },
    Check("limit", "real") { CounterChecks.manyThreads(RealCounter(), increments: $0) },
    Check("destructors", "early") { CounterChecks.destructors(EarlyHandover(), increments: $0) },
    Check("destructors", "real") { CounterChecks.destructors(RealCounter(), increments: $0) },
    Check("histogram", "uncommitted") { HistogramChecks.consistency(BrokenHistogram(.uncommitted), observations: $0) },
    Check("histogram", "late") { HistogramChecks.consistency(BrokenHistogram(.lateSequence), observations: $0) },
    Check("histogram", "real") { HistogramChecks.consistency(RealHistogram(), observations: $0) },
    Check("reuse", "unzeroed") { ReuseChecks.reuse({ UnzeroedCounter() }, increments: $0) },
    Check("reuse", "real") { ReuseChecks.reuse({ RealCounter() }, increments: $0) },
    Check("fork", "unheld") { _ in ForkChecks.fork(UnheldLock(), times: 20) },
    Check("fork", "real") { _ in ForkChecks.fork(RealFork(), times: 20) },
  ]
}
