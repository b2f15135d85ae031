// What of the logs to follow one `--log` names: a file, a directory whose logs are meant, or a pattern of paths. Which
// files that is, a LogFinder looks up again and again.
// SPDX-License-Identifier: Apache-2.0

/// Logs, and the service that writes them.
struct LogSource: Hashable, Sendable {
  /// What the path means.
  enum Kind: Sendable {
    /// The file of that name, whether it is there or not.
    case file
    /// The files in it that look like logs: it ends in a slash.
    case folder
    /// The files that it fits: it has a `*` or a `?`.
    case pattern
  }

  /// The value of the label `service`; empty where each file's own name is meant.
  let service: String
  /// Where the files are, or will be.
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
    if path.isEmpty { return nil }
    if service.isEmpty, path == standardInput { service = "stdin" }
    let source = LogSource(service: service, path: String(path))
    return source.kind == .file && service.isEmpty ? source.of(source.path) : source
  }

  /// What the path means.
  var kind: Kind {
    if path.hasSuffix("/") { return .folder }
    return path.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } ? .pattern : .file
  }

  /// One of its files.
  func of(_ file: String) -> LogSource {
    if !service.isEmpty { return LogSource(service: service, path: file) }
    let name = file.split(separator: "/").last ?? ""
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
    return LogSource(service: String(stem.isEmpty ? name : stem), path: file)
  }

  /// The path without the parts that mean nothing, `.` and empty ones: equal paths are one log.
  var plainPath: String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// The directory that has the file.
  var directory: String { FileReplacement.parent(path) }
}
