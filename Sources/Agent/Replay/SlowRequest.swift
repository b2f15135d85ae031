// One of the slowest requests, with what finds it again: the time, the file and line, and the ids that its line bears.
// SPDX-License-Identifier: Apache-2.0

/// A slow request. Its texts are as the line has them, cut to ``Limits/replayTextBytes``.
struct SlowRequest {
  let seconds: Double
  let status: UInt16
  /// Nanoseconds since 1970; nil when the line does not say.
  let time: UInt64?
  /// The place of the file among those that are read.
  let file: Int
  /// The number of the line, from 1.
  let number: UInt64
  var service = ""
  var method = ""
  /// As it was asked for, with its query.
  var path = ""
  /// The trace's id, or else the request's.
  var id: String?
  /// Where the line, or its record, stands in the chunk at hand.
  let range: Range<Int>
  let isRecord: Bool
}
