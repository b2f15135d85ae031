// The names of value files: the kind, and who writes it. A name is all that says whose values a file has.
// SPDX-License-Identifier: Apache-2.0

/// The parts of a name such as `gauge_livesum_4711.db`.
struct ValueFileName: Sendable, Hashable {
  /// What the file holds.
  let kind: ValueFileKind
  /// Its writer: a process id, or what the service calls its workers.
  let writer: String

  /// The file's name.
  let text: String
  /// The kind as a number, for tables.
  let place: Int
  /// The writer as a process id; nil when it cannot be one.
  let pid: Int32?

  init(kind: ValueFileKind, writer: String) {
    self.init(kind, writer, "\(kind.prefix)_\(writer)\(Self.ending)")
  }

  /// Nil for a name of another form.
  init?(_ name: String) {
    let bytes = name.utf8
    guard bytes.count > Self.ending.utf8.count, bytes.suffix(Self.ending.utf8.count).elementsEqual(Self.ending.utf8)
    else { return nil }
    for (kind, prefix) in Self.prefixes where bytes.starts(with: prefix) {
      let writer = bytes.dropFirst(prefix.count).dropLast(Self.ending.utf8.count)
      if writer.isEmpty { return nil }
      self.init(kind, String(Substring(writer)), name)
      return
    }
    return nil
  }

  private init(_ kind: ValueFileKind, _ writer: String, _ text: String) {
    self.kind = kind
    self.writer = writer
    self.text = text
    place = kind.place
    if let pid = Int32(writer), pid > 0, writer.utf8.first.map({ $0 > UInt8(ascii: "0") }) ?? false {
      self.pid = pid
    } else {
      pid = nil
    }
  }

  /// Every value file's last letters.
  static let ending = ".db"

  private static let prefixes = ValueFileKind.all.map { ($0, Array("\($0.prefix)_".utf8)) }
}
