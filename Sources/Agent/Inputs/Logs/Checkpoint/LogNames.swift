// Which names beside a log's may be its rotated files: app.log.1, app.log-20261121, app-2026-11-21.log, app.log.1.gz; and
// which names of a directory are those of logs. A date in a name says nothing alone: there are loggers that name the
// present file so.
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

  private static let endings: Set<Substring> = [
    "log", "json", "jsonl", "ndjson", "logfmt", "out", "err", "stdout", "stderr",
  ]
  private static let packed: Set<Substring> = ["gz", "bz2", "xz", "zst", "lz4", "zip", "br", "Z", "tgz", "lzma"]
  private static let aside: Set<Substring> = ["swp", "bak", "tmp", "old", "orig", "part", "lock", "pid", "offset"]
  /// The names of the machine's own logs without an ending, less those that are tables.
  private static let plain: Set<Substring> = ["messages", "cron", "maillog", "secure", "stdout", "stderr"]
  private static let tables: Set<Substring> = ["lastlog", "faillog", "tallylog"]

  /// Whether a file of a directory looks like a log by its name.
  static func isLog(_ name: String) -> Bool {
    let name = name[...]
    if let dot = name.lastIndex(of: "."), dot != name.startIndex {
      return endings.contains(name[name.index(after: dot)...])
    }
    return (String(name).contains("log") && !tables.contains(name)) || plain.contains(name)
  }

  /// Whether a name is that of a file which is written no more: compressed, put aside, or rotated from one of `names` or
  /// from one that ends as logs do.
  static func isOld(_ name: String, among names: Set<String>) -> Bool {
    if name.hasSuffix("~") { return true }
    let dot = name.lastIndex(of: ".")
    if let dot {
      let ending = name[name.index(after: dot)...]
      if packed.contains(ending) || aside.contains(ending) { return true }
    }
    if let base = withoutCount(name[...]) {
      let ending = base.lastIndex(of: ".").map { base[base.index(after: $0)...] } ?? ""
      return names.contains(String(base)) || endings.contains(ending)
    }
    guard let dot, let stem = withoutCount(name[..<dot]) else { return false }
    return names.contains(String(stem) + name[dot...])
  }

  /// A name without the number or date at its end; nil when there is none.
  private static func withoutCount(_ name: Substring) -> Substring? {
    let scalars = name.unicodeScalars
    var start = scalars.endIndex
    var place = scalars.endIndex
    while place > scalars.startIndex {
      place = scalars.index(before: place)
      if ".-_".unicodeScalars.contains(scalars[place]) { start = place }
      if !("0"..."9" ~= scalars[place] || ".-_T:".unicodeScalars.contains(scalars[place])) { break }
    }
    if start == scalars.endIndex || start == scalars.startIndex || !isCount(name[start...]) { return nil }
    return name[..<start]
  }

  private static func isCount(_ text: Substring) -> Bool {
    guard let first = text.unicodeScalars.first, ".-_".unicodeScalars.contains(first) else { return false }
    return text.unicodeScalars.contains { "0"..."9" ~= $0 }
      && text.unicodeScalars.allSatisfy { "0"..."9" ~= $0 || ".-_T:".unicodeScalars.contains($0) }
  }

  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
}
