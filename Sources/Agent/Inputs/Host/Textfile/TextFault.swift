// What is wrong with a text of metrics, and where.
// SPDX-License-Identifier: Apache-2.0

/// A fault of a text.
struct TextFault: Error, Equatable {
  /// The line, counted from 1; 0 for the file as a whole.
  let line: Int
  /// What is wrong, in words.
  let reason: String
}
