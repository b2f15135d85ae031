// The name of a label whose values are the cases of an enum.
// SPDX-License-Identifier: Apache-2.0

/// A label and the type of its values: `TypedLabel<Method>("method")`.
public struct TypedLabel<Value: MetricLabel>: Sendable, Hashable {
  /// The label's name.
  public let name: String

  /// A label of this name; checked at registration.
  public init(_ name: String) { self.name = name }
}
