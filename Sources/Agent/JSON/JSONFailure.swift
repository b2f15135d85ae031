// Why a text is not JSON. The raw value is a metric's label, so that it never changes and never holds input.
// SPDX-License-Identifier: Apache-2.0

/// The reason a text was refused.
enum JSONFailure: String, Error, Sendable, CaseIterable {
  /// Nothing, or only white space.
  case empty
  /// It begins with something other than `{`.
  case notObject = "not_object"
  /// It ends before the object does: a line cut short.
  case unterminated
  /// A byte that cannot stand where it stands.
  case unexpected
  /// A control character inside a string.
  case control
  /// An escape that JSON does not have.
  case escape
  /// Text that is not UTF-8, or half a surrogate pair; only where text is checked, elsewhere it is repaired.
  case encoding
  /// A number that JSON does not have, such as `01`, `1.` or `NaN`.
  case number
  /// Nested deeper than ``Limits/jsonDepth``.
  case deep
  /// Something after the object's end, as two lines written into each other have.
  case trailing
}
