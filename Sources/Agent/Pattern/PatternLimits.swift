// Bounds of patterns: what one may cost, in memory and in time to compile.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Steps of a compiled pattern.
  static let patternSteps = 4_000
  /// The largest number in `{m,n}`, RE2's.
  static let patternRepeats = 1_000
  /// How deep groups may nest.
  static let patternDepth = 100
  /// Groups with names.
  static let patternGroups = 16
  /// Steps of a pattern whose groups are wanted: finding them takes as many looks at each byte at the worst.
  static let patternGroupSteps = 1_000
  /// How much of a text groups are looked for in, in bytes.
  static let patternGroupBytes = 4_096
  /// States that a pattern keeps of what it has met; when they are used up it begins anew.
  static let patternStates = 500
}
