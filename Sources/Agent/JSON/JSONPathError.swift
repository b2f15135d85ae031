// What is wrong with a key's path, for the person who wrote it.
// SPDX-License-Identifier: Apache-2.0

/// A path that a ``KeyPlan`` cannot take. Its description is a phrase that follows the path's own text.
enum JSONPathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing but an empty text or a `$`.
  case empty
  /// Something behind `$` that is not `.name`, `['name']` or `[0]`; the place in bytes.
  case syntax(at: Int)
  /// More steps than ``Limits/jsonPathSteps``.
  case long
  /// More paths than ``Limits/jsonPaths``, or more ways to write them than ``Limits/jsonWays``.
  case many

  var description: String {
    switch self {
    case .empty: "names no key"
    case .syntax(let place): "is not understood at byte \(place + 1): after $ come .name, ['name'] and [0]"
    case .long: "has more than \(Limits.jsonPathSteps) steps"
    case .many: "is one of more than \(Limits.jsonPaths) keys, or \(Limits.jsonWays) ways to write them"
    }
  }
}
