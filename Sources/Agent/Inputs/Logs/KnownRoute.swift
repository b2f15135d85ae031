// A route that a configuration names: `/orders/{id}`, or `GET /orders/{id}` whose series are to be there from the start.
// SPDX-License-Identifier: Apache-2.0

/// One route; its path's segments in braces stand for any text.
struct KnownRoute: Hashable, Sendable {
  /// What is wrong with a text.
  struct Fault: Error { let message: String }

  /// The service whose logs it is looked for in; all when nil.
  let service: String?
  /// Nil when it is of all methods; then no series is made before its first request.
  let method: String?
  let path: String
  /// Statuses whose series are at zero from the start, when there is a method.
  let statuses: [UInt16]

  /// The status of what went well, and of what failed in a way that nobody thought of.
  static let usualStatuses: [UInt16] = [200, 500]

  /// Reads `/path` or `METHOD /path`.
  static func parse(_ text: String, service: String?, statuses: [UInt16]?) throws(Fault) -> KnownRoute {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count <= 2, let path = parts.last, path.hasPrefix("/") else {
      throw Fault(message: "must be a path such as '/orders/{id}', or a method and a path, and is '\(text)'")
    }
    if path.utf8.count > Limits.logPathBytes {
      throw Fault(message: "is longer than \(Limits.logPathBytes) bytes")
    }
    if path.contains("?") || path.contains("#") { throw Fault(message: "must be a path without a query") }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    if segments.count - 1 > Limits.knownSegments {
      throw Fault(message: "has more than \(Limits.knownSegments) segments")
    }
    for segment in segments where segment.contains("{") || segment.contains("}") {
      let isWhole = segment.hasPrefix("{") && segment.hasSuffix("}") && segment.count > 2
      if isWhole, !segment.dropFirst().dropLast().contains(where: { $0 == "{" || $0 == "}" }) { continue }
      throw Fault(message: "'\(segment)' must be text alone, or a name in braces alone")
    }
    let method = parts.count == 2 ? String(parts[0]) : nil
    if let method, !HTTPVerb.all.contains(where: { $0.elementsEqual(method.utf8) }) {
      throw Fault(message: "'\(method)' is no method in upper case that the agent knows")
    }
    if method == nil, statuses != nil { throw Fault(message: "needs a method to have statuses") }
    return KnownRoute(service: service, method: method, path: String(path), statuses: statuses ?? usualStatuses)
  }
}
