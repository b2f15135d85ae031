// A pattern as it was understood, before it is compiled.
// SPDX-License-Identifier: Apache-2.0

/// A node of a pattern.
indirect enum PatternTree: Hashable, Sendable {
  /// Nothing, which is always there.
  case empty
  /// One scalar of these.
  case scalars(ScalarSet)
  /// The text's beginning, `^`.
  case begin
  /// The text's end, `$`.
  case end
  /// One after the other.
  case sequence([PatternTree])
  /// One of them.
  case choice([PatternTree])
  /// At least `least` and at most `most` times; without end when that is nil. Lazy is as few as will do.
  case repeated(PatternTree, least: Int, most: Int?, isLazy: Bool)
  /// A group with a name, by its number.
  case group(Int, PatternTree)
}
