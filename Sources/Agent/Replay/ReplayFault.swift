// Lines that did not count, for one reason.
// SPDX-License-Identifier: Apache-2.0

/// How many there were, and where the first one is.
struct ReplayFault {
  let reason: LogFault
  var count: UInt64
  /// The place of the file among those that are read.
  let file: Int
  /// The number of the line, from 1.
  let number: UInt64
}
