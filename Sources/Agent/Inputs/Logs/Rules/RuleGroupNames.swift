// The groups of patterns that a rule asks for by name, numbered while the rule is read.
// SPDX-License-Identifier: Apache-2.0

/// The names that are asked for so far, and the patterns that have them.
struct RuleGroupNames {
  /// In the order of their numbers.
  private(set) var names: [String] = []
  private let patterns: [(field: Int, pattern: Pattern)]

  /// Those of no rule.
  init() { patterns = [] }

  /// The groups that a line has which passes `condition`.
  init(_ condition: LogCondition?) { patterns = condition?.patterns ?? [] }

  /// The number of a group; nil when no pattern has it.
  mutating func number(_ name: String) -> Int? {
    if let known = names.firstIndex(of: name) { return known }
    if !patterns.contains(where: { $0.pattern.groups.contains(name) }) { return nil }
    names.append(name)
    return names.count - 1
  }

  /// What is to be looked for in a line that `condition` passes, or in one that this rule takes.
  func captures(_ condition: LogCondition? = nil) -> [LogRule.Capture] {
    (condition?.patterns ?? patterns).compactMap { field, pattern in
      let numbers = pattern.groups.map { names.firstIndex(of: $0) }
      return numbers.contains { $0 != nil } ? LogRule.Capture(field: field, pattern: pattern, numbers: numbers) : nil
    }
  }
}

extension LogCondition {
  /// The patterns that may have matched when it passes; not those below a `not`.
  var patterns: [(field: Int, pattern: Pattern)] {
    switch self {
    case .test(let field, .matches(let pattern)): [(field, pattern)]
    case .all(let parts), .any(let parts): parts.flatMap(\.patterns)
    case .test, .not: []
    }
  }
}
