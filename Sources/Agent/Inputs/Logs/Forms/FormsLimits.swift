// The bounds of recognising forms.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// How many lines of a file are looked at for all forms before only those that were seen are looked for.
  static let formLookLines = 64
  /// How far is looked for the first line of JSON, in bytes.
  static let formLookBytes = 64 << 10
  /// How many lines without JSON make a log no log of JSON any more.
  static let formMemoryLines = 64
  /// How many forms of JSON one file may have; the oldest goes.
  static let formsPerFile = 8
  /// How many sets of forms are kept compiled for the files that have them.
  static let formPlans = 64
}
