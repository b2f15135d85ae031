// A service and how to find its processes, as `--watch` names them.
// SPDX-License-Identifier: Apache-2.0

/// A watched service.
struct Watch: Hashable {
  let service: String
  let match: ProcessMatch

  /// As it is typed.
  var text: String { "\(service)=\(match.text)" }

  /// Reads `NAME=MATCH`.
  static func parse(_ text: String) throws(UsageError) -> Watch {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw UsageError(message: "--watch \(text): must be NAME=MATCH, such as api=uvicorn")
    }
    return Watch(service: parts[0], match: try ProcessMatch.parse(parts[1]))
  }
}
