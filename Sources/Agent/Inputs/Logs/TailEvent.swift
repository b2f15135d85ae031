// What happens to a followed file besides its lines: one event a transition, for the agent's log.
// SPDX-License-Identifier: Apache-2.0

/// A change in the state of a followed path.
enum TailEvent: Hashable, Sendable {
  /// It is not there (any more) and is waited for.
  case waiting
  /// It cannot be read, and is tried again; the reason in words.
  case unreadable(String)
  /// It is read from this offset on.
  case opened(at: Int64)
  /// Another file stands there now; the former is read to its end beside it.
  case rotated
  /// It was rotated while the agent was down, and this file has the rest of what was being read.
  case found(String)
  /// What was being read before the agent went down is nowhere any more; these bytes of it were certainly missed.
  case vanished(lost: Int64)
  /// It was cut or written anew in place; these bytes were certainly missed.
  case truncated(lost: Int64)
  /// It was opened anew, since it has more by its size than can be read.
  case reopened
  /// Who wrote to the pipe has closed it, and nothing more can come.
  case ended
  /// A file that lost its path was read to its end and is followed no longer.
  case finished
  /// Too many files stood there in a short time, or one failed; these bytes of the oldest were missed.
  case abandoned(lost: Int64)
}
