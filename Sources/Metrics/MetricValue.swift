// A sample's value. Counters of the kernel and of services are integers past 2^53, which a Double would round; so
// integers stay integers up to the text.
// SPDX-License-Identifier: Apache-2.0

/// The value of one sample: an exact integer, or a double.
public enum MetricValue: Sendable, Hashable {
  /// A whole number, exact over the whole range.
  case integer(Int64)
  /// A whole number past `Int64.max`, as kernel counters may be.
  case unsigned(UInt64)
  /// Any double, NaN and infinities included.
  case double(Double)

  /// The value as a double; exact up to 2^53.
  public var asDouble: Double {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    }
  }
}
