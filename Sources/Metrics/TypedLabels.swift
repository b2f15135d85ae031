// The labels of a typed family, one to three, as a list that remembers each one's type. The types are spelled out by
// number: of a list of any length the compiler makes loops over copies, which cost more than the counting.
// SPDX-License-Identifier: Apache-2.0

/// A family's one label.
public enum OneLabel<First: MetricLabel> {}
/// A family's two labels.
public enum TwoLabels<First: MetricLabel, Second: MetricLabel> {}
/// A family's three labels.
public enum ThreeLabels<First: MetricLabel, Second: MetricLabel, Third: MetricLabel> {}

/// Names and types of labels: `TypedLabels(("method", Method.self), ("status", Status.self))`. Names are checked at
/// registration.
public struct TypedLabels<Labels>: Sendable {
  let cases: LabelCases

  /// One label.
  public init<First>(_ first: (String, First.Type)) where Labels == OneLabel<First> {
    var cases = LabelCases()
    cases.add(first.0, first.1)
    self.cases = cases
  }

  /// Two labels.
  public init<First, Second>(
    _ first: (String, First.Type), _ second: (String, Second.Type)
  ) where Labels == TwoLabels<First, Second> {
    var cases = LabelCases()
    cases.add(first.0, first.1)
    cases.add(second.0, second.1)
    self.cases = cases
  }

  /// Three labels.
  public init<First, Second, Third>(
    _ first: (String, First.Type), _ second: (String, Second.Type), _ third: (String, Third.Type)
  ) where Labels == ThreeLabels<First, Second, Third> {
    var cases = LabelCases()
    cases.add(first.0, first.1)
    cases.add(second.0, second.1)
    cases.add(third.0, third.1)
    self.cases = cases
  }
}
