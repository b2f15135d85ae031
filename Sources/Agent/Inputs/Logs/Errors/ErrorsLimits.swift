// Bounds of the table of errors that logs say.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Kinds of errors that a service may have; further ones count as `other`.
  static let errorKinds = 100
  /// The longest template of a kind, in bytes; a longer one is cut before a character.
  static let errorTemplateBytes = 160
  /// How much of an error's text is looked at, in bytes.
  static let errorTextBytes = 1_024
  /// How much of a stack trace's end, in bytes as they stand in the line: where Python says what happened.
  static let errorStackBytes = 4_096
  /// How much of a request's path an error's example has, in bytes, and of its method.
  static let errorPathBytes = 120
  static let errorMethodBytes = 16
  /// How long an error line of text waits for its stack trace when no other line comes, in seconds.
  static let errorOpenSeconds = 1.0
}
