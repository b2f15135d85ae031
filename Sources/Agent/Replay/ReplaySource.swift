// A log to read whole, as the command line names it.
// SPDX-License-Identifier: Apache-2.0

/// A finished log and the service that wrote it.
struct ReplaySource: Hashable, Sendable {
  /// The value of the label `service`.
  let service: String
  /// Where the file is; `-` for the standard input.
  let path: String

  /// The standard input as the command line names it.
  static let standardInput = "-"

  /// Reads `[SERVICE=]FILE`; the service of `app.log`, `app.log.2.gz` and `app-20261121.log.gz` is `app`, that of the
  /// standard input `stdin`. Nil when either is empty.
  static func parse(_ text: String) -> ReplaySource? {
    guard let source = LogSource.parse(text) else { return nil }
    if source.path != text { return ReplaySource(service: source.service, path: source.path) }
    return ReplaySource(service: service(of: source.path), path: source.path)
  }

  private static func service(of path: String) -> String {
    if path == standardInput { return "stdin" }
    let name = path.split(separator: "/").last ?? ""
    var parts = name.split(separator: ".")
    // What rotation and compression have added, and one extension.
    while parts.count > 1, let last = parts.last, last == "gz" || isCount(last) { parts.removeLast() }
    if parts.count > 1 { parts.removeLast() }
    var stem = parts.joined(separator: ".")[...]
    if let dash = stem.lastIndex(of: "-"), dash != stem.startIndex, isCount(stem[stem.index(after: dash)...]) {
      stem = stem[..<dash]
    }
    return stem.isEmpty ? String(name) : String(stem)
  }

  private static func isCount(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }
}
