// The bounds of what `vitals check` says of a log.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// How many lines are named for each reason for which some could not be used.
  static let checkExamples = 5
  /// The longest example of a value, in characters.
  static let checkExampleLength = 48
}
