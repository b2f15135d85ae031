// One thing that lint has found, as a value, so that a test can assert that there are none or compare them.
// SPDX-License-Identifier: Apache-2.0

/// A convention that a metric does not keep.
public struct LintFinding: Sendable, Hashable, CustomStringConvertible {
  /// Which convention.
  public let rule: LintRule
  /// The metric's name.
  public let metric: String
  /// One clause for a person.
  public let message: String

  /// A finding.
  public init(_ rule: LintRule, metric: String, _ message: String) {
    self.rule = rule
    self.metric = metric
    self.message = message
  }

  /// `http_requests: a counter's name should end with _total (counterWithoutTotal)`
  public var description: String { "\(metric): \(message) (\(rule.rawValue))" }
}
