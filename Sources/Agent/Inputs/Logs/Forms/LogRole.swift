// What a value of a log line can mean to us. Forms say which key has which role; everything behind them asks by role.
// SPDX-License-Identifier: Apache-2.0

/// The meaning of a value.
enum LogRole: Int, CaseIterable, Sendable {
  /// When the line was written.
  case time
  /// What has to be added to ``time`` in nanoseconds, where a logger writes them apart.
  case nanoseconds
  case level
  /// A sentence for people; it may hold a request's fields.
  case message
  /// A short name of what happened, which says more than the message where there are both.
  case event
  case logger
  case method
  /// What was asked for: a path, or an URL in forms that are known to write servers' ones so.
  case path
  /// Method and target in one: `GET /orders/17 HTTP/1.1`.
  case request
  /// The path's template, from a framework that knows it; preferred to the path.
  case route
  case status
  case duration
  case trace
  case span
  case requestID
  case exceptionType
  /// The exception with its stack.
  case exception
  /// `hit` or `miss`, or whether it was a hit.
  case cache
  /// The language model that was called.
  case model
  case inputTokens, outputTokens
  /// Those of the input that the provider had in its cache.
  case cachedTokens
  case totalTokens
  /// How the call ended, and how long it took, where the line says it apart from the request's.
  case callStatus, callDuration
  /// Length of the response's body.
  case bytes

  /// The name for people.
  var name: String {
    switch self {
    case .requestID: "request id"
    case .inputTokens: "input tokens"
    case .outputTokens: "output tokens"
    case .cachedTokens: "cached tokens"
    case .totalTokens: "total tokens"
    case .callStatus: "call status"
    case .callDuration: "call duration"
    case .exceptionType: "exception type"
    case .nanoseconds: "time's fraction"
    default: "\(self)"
    }
  }
}
