// Why a line that a rule selects does not count in it.
// SPDX-License-Identifier: Apache-2.0

/// The value of the label `reason`.
enum RuleFault: String, CaseIterable {
  /// The line does not have the field of the value, or of the id.
  case missing
  /// The value is no finite number.
  case number
  /// A counter was to go down.
  case negative
  /// An end without its beginning.
  case unpaired
}
