// Why a line, or a part of it, does not count: the values of the label `reason`. The JSON reader's own reasons come
// first, under the same names.
// SPDX-License-Identifier: Apache-2.0

/// A reason for which a log line was refused, wholly or in part.
enum LogFault: Hashable, Sendable, CaseIterable {
  case json(JSONFailure)
  /// Longer than ``Limits/lineBytes``.
  case tooLong
  /// A file ended without a line feed.
  case partial
  /// A request's method is empty, or what was asked for is no request at all: it is not counted.
  case method
  /// A request's path is empty, or nothing but a query: it is not counted.
  case path
  /// A status that is no number from 100 to 599: the request is not counted.
  case status
  /// A duration that is negative, no number, or longer than ``Limits/logDurationSeconds``: the request is counted,
  /// without a duration.
  case duration

  static var allCases: [LogFault] {
    JSONFailure.allCases.map { .json($0) } + [.tooLong, .partial, .method, .path, .status, .duration]
  }

  /// The label's value.
  var reason: String {
    switch self {
    case .json(let failure): failure.rawValue
    case .tooLong: "too_long"
    case .partial: "partial"
    case .method: "method"
    case .path: "path"
    case .status: "status"
    case .duration: "duration"
    }
  }
}
