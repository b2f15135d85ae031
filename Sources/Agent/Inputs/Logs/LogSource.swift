// A log to follow, as the command line names it.
// SPDX-License-Identifier: Apache-2.0

/// A log file and the service that writes it.
struct LogSource: Hashable, Sendable {
  /// The value of the label `service`.
  let service: String
  /// Where the file is, or will be.
  let path: String

  /// The path that means standard input.
  static let standardInput = "-"

  /// Reads `[SERVICE=]PATH`; the service is the file's name without its extension when none is given. Nil when either
  /// is empty. An equals sign behind a slash belongs to the path.
  static func parse(_ text: String) -> LogSource? {
    var service = ""
    var path = text[...]
    if let sign = text.firstIndex(of: "="), !text[..<sign].contains("/") {
      service = String(text[..<sign])
      if service.isEmpty { return nil }
      path = text[text.index(after: sign)...]
    }
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    if name.isEmpty { return nil }
    if service.isEmpty, path == standardInput { service = "stdin" }
    if service.isEmpty {
      let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
      service = String(stem.isEmpty ? name : stem)
    }
    return LogSource(service: service, path: String(path))
  }

  /// The path without the parts that mean nothing, `.` and empty ones: equal paths are one log.
  var plainPath: String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// The directory to watch for changes.
  var directory: String { FileReplacement.parent(path) }
}
