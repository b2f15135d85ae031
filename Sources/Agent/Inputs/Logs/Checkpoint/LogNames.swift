// Which names beside a log's may be its rotated files: app.log.1, app.log-20261121, app-2026-11-21.log, app.log.1.gz.
// SPDX-License-Identifier: Apache-2.0

/// Judges names by that of a log.
struct LogNames {
  private let base: String
  /// What all such names begin with.
  let stem: String
  private let suffix: String

  /// For the log at `path`.
  init(_ path: String) {
    let name = Self.name(path)
    let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
    base = name
    stem = String(name[..<dot])
    suffix = String(name[dot...])
  }

  /// Whether it could be a copy of the log, which its contents must show.
  func isCopy(_ path: String) -> Bool {
    let name = Self.name(path)
    return name != base && (name.hasPrefix(base) || (name.hasPrefix(stem) && name.contains(suffix)))
  }

  /// Whether it is a rotated file by its name alone: the log's, and digits of a number or a date.
  func isRotated(_ path: String) -> Bool {
    let name = Self.name(path)
    if name == base { return false }
    if name.hasPrefix(base) { return Self.isCount(name.dropFirst(base.count)) }
    guard name.hasPrefix(stem), name.hasSuffix(suffix), name.count > stem.count + suffix.count else { return false }
    return Self.isCount(name.dropFirst(stem.count).dropLast(suffix.count))
  }

  /// Whether a name that may be that of a rotated file may as well be another log's: `app-2.log` beside `app.log`, which
  /// a second process writes. One with a date is none such.
  func isDoubtful(_ path: String) -> Bool {
    let name = Self.name(path)
    if name.hasPrefix(base) { return false }
    return name.dropFirst(stem.count).dropLast(suffix.count).utf8.count { $0 >= 48 && $0 <= 57 } < 6
  }

  private static func isCount(_ text: Substring) -> Bool {
    guard let first = text.unicodeScalars.first, ".-_".unicodeScalars.contains(first) else { return false }
    return text.unicodeScalars.contains { "0"..."9" ~= $0 }
      && text.unicodeScalars.allSatisfy { "0"..."9" ~= $0 || ".-_T:".unicodeScalars.contains($0) }
  }

  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
}
