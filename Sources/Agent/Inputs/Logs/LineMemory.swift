// What a LineCounter must remember of one file from chunk to chunk. All else that it has, the values of a line, the keys of
// forms, the texts between values, is room that lines are read in: it is one for all files of a service, since thousands
// of them would need megabytes of it and use one at a time.
// SPDX-License-Identifier: Apache-2.0

/// A file's part of a counter, while another file is read.
struct LineMemory {
  /// Lines that were seen, broken ones included, empty ones not.
  var lines: UInt64 = 0
  /// What was refused and why.
  var faults: [LogFault: UInt64] = [:]
  /// How its lines are written.
  var form = FormMemory()
  /// Its last error, while a stack trace may follow.
  var error: ErrorLine?
}
