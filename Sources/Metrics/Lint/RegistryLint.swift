// Lint of a registry: what is registered, with or without series, and what its collectors write.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// What does not keep to the conventions of names, by metric; empty when all do. Thread-safe.
  ///
  /// Nothing is refused or changed by it: assert on it in a test, where a finding costs nothing yet.
  ///
  ///     #expect(registry.lint() == [])
  ///     #expect(registry.lint().filter { $0.rule != .noHelp } == [])
  ///
  /// It reads the collectors once and keeps all label sets while it runs, so it costs about as much as an exposition.
  /// A family without children is judged by its label names.
  public func lint() -> [LintFinding] {
    let sink = LintSink()
    for family in families {
      sink.expect(family.description, labels: family.labelNames + scope.constantLabels.map(\.name))
    }
    collect(into: sink)
    return Linter.findings(sink.subjects)
  }
}
