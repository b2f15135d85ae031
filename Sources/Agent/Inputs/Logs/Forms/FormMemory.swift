// What a FormReader must remember of one file: which forms its lines have had, and whether text may follow text. Small,
// since each of thousands of files has one; the plan is compiled once for all files with the same forms.
// SPDX-License-Identifier: Apache-2.0

/// How a file's lines are written, as far as they were read. A value.
struct FormMemory {
  private static let nothing = FormPlan([])

  /// The forms of JSON that are looked for, and their keys.
  var plan = FormMemory.nothing
  var active: [Int] = []
  /// Lines of JSON so far, and those of them that fit no form of the file.
  var jsonLines: UInt64 = 0
  var misfits: UInt64 = 0
  /// Lines since the last one of JSON.
  var sinceJSON = Limits.formMemoryLines
  /// Nothing was read yet.
  var isFresh = true
  /// The last line was text that a stack trace may follow.
  var isTextOpen = false
}
