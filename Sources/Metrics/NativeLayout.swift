// Which value stands in which bucket of a native histogram. A layout is never changed; a coarser one takes its place, and
// what was counted in a bucket of the old one lies whole in a bucket, or the zero bucket, of the new.
// SPDX-License-Identifier: Apache-2.0

/// A schema and a zero threshold.
struct NativeLayout: Sendable, Hashable {
  /// The schemas that a scraper knows.
  static let schemas = -4...8

  var schema: Int
  var zeroThreshold: Double
  /// Differs between layouts of one histogram; never 0.
  var version: UInt64 = 1
  /// Differs before and after a start at zero.
  var epoch: UInt64 = 0

  /// The bucket of a finite value's magnitude, or nil for the zero bucket.
  func bucket(of value: Double) -> Int? {
    if value.magnitude <= zeroThreshold { return nil }
    return NativeIndex.shared.index(of: value.magnitude.bitPattern, shift: Self.shift(schema))
  }

  /// Where the counts of a bucket of an earlier layout of the same epoch go; nil for the zero bucket.
  func bucket(of index: Int, schema earlier: Int) -> Int? {
    if NativeIndex.shared.upperBound(index, schema: earlier) <= zeroThreshold { return nil }
    let halvings = max(0, earlier - schema)
    return (index + (1 << halvings) - 1) >> halvings
  }

  /// How many halvings below the finest index this schema is.
  static func shift(_ schema: Int) -> Int { min(max(0, schemas.upperBound - schema), 12) }
}
