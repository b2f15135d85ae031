// The form of a checkpoint: lines of JSON, one for each file, so that a person can read where every log was left.
//
//     {"format":"vitals-checkpoint","version":1,"written":"2026-11-21T10:00:00.000Z"}
//     {"path":"/var/log/api.log","seen":1795255200,"device":2049,"inode":131,"birth":1795250000000000000,"offset":420,
//      "read":431,"size":431,"modified":1795255199000000000,"began":1795250000000000000,"inside":false,"closed":false,"telling":84,
//      "print":"0+84:cbf29ce484222325 +336:85944171f73967e8"}
//     {"path":"/var/log/late.log","seen":1795255200}
//     {"path":"/var/log/busy.log","seen":1795255200,"unfound":1795250000000000000,"since":1795249000000000000,"start":true}
//     {"lines":2,"hash":"af63bd4c8601b7df"}
//
// (One line each; the second is broken here.) `offset` is where the next line begins that does not count yet, `read` what
// was seen of it; `print` has hashes of parts of the file, see TailPrint; a path alone is a log that was not there,
// and `unfound` with it says that files which came and went are still to be looked for, see TailSearch.Rest. The
// last line says how many stand before it and hashes them: what lacks it was not written to its end.
// SPDX-License-Identifier: Apache-2.0

/// Where all logs were left, as bytes and back.
struct CheckpointText: Sendable {
  /// One log of it.
  struct Entry: Sendable {
    var log = SavedLog()
    /// When it was last followed: seconds since 1970.
    var seen: UInt64 = 0
  }

  /// One that is followed at the time of writing: its place, which is known, is taken when its lines are made.
  struct Followed: Sendable {
    let path: String
    let log: Guarded<SavedLog?>

    /// Whether it has a place yet.
    var isKnown: Bool { log.withLock { $0 != nil } }
  }

  /// Why a file is no checkpoint.
  enum Fault: Error, Hashable, Sendable {
    /// It is something else, and must not be written over.
    case foreign
    /// It is one, but not to be used; why.
    case unusable(String)
  }

  private static let version: UInt64 = 1
  private static let magic = Array(#"{"format":"vitals-checkpoint","#.utf8)

  /// The logs by their paths.
  var entries: [String: Entry] = [:]
  /// Those that are followed, none of which is among the others.
  var followed: [Followed] = []

  init() {}

  /// Hands out the bytes of a file that is written at `moment`, piece by piece: of thousands of logs it is megabytes.
  func write(at moment: Moment, _ take: ([UInt8]) throws(SystemError) -> Void) throws(SystemError) {
    var hash = TailPrint.seed
    var text = Self.magic
    text += #""version":\#(Self.version),"written":"\#(EventLine.time(moment))"}"#.utf8
    text.append(10)
    var lines = 0
    func add(_ path: String, _ log: SavedLog, seen: UInt64) throws(SystemError) {
      lines += Self.append(path, log, seen: seen, to: &text)
      if text.count < Limits.checkpointPieceBytes { return }
      TailPrint.hash(text[...], into: &hash)
      try take(text)
      text.removeAll(keepingCapacity: true)
    }
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) { try add(path, entry.log, seen: entry.seen) }
    for one in followed {
      guard let log = one.log.withLock({ $0 }) else { continue }
      try add(one.path, log, seen: moment.real / 1_000_000_000)
    }
    TailPrint.hash(text[...], into: &hash)
    text += #"{"lines":\#(lines),"hash":"\#(String(hash, radix: 16))"}"#.utf8
    text.append(10)
    try take(text)
  }

  /// Reads a file's contents.
  init(_ text: [UInt8]) throws(Fault) {
    if text.isEmpty { throw .unusable("is empty") }
    guard text.starts(with: Self.magic) || Self.magic.starts(with: text) else { throw .foreign }
    let bytes = text.span
    var lines: [Range<Int>] = []
    var splitter = Splitter.lines(bytes)
    while let line = splitter.next(in: bytes) { lines.append(line) }
    guard let first = lines.first, let head = CheckpointLine(bytes, first), let version = head.number("version") else {
      throw .unusable("is not whole")
    }
    if version != Self.version { throw .unusable("is of version \(version), and this agent knows \(Self.version)") }
    try Self.checkEnd(text, lines)
    for line in lines.dropFirst().dropLast() {
      guard let line = CheckpointLine(bytes, line), let path = line.text("path"), let seen = line.number("seen") else {
        throw .unusable("has a line that is none of a checkpoint")
      }
      entries[path, default: Entry()].seen = seen
      if line.text("unfound") != nil {
        guard let rest = line.rest else { throw .unusable("has a line that is none of a checkpoint") }
        entries[path]?.log.unfound = rest
      }
      guard line.text("inode") != nil else { continue }
      guard let file = line.file else { throw .unusable("has a line that is none of a checkpoint") }
      if line.isTrue("closed") {
        entries[path]?.log.closed.append(file)
      } else {
        entries[path]?.log.files.append(file)
      }
    }
  }

  private static func checkEnd(_ text: [UInt8], _ lines: [Range<Int>]) throws(Fault) {
    guard text.last == 10, lines.count >= 2, let last = lines.last, let end = CheckpointLine(text.span, last),
      let count = end.number("lines"), let wanted = end.hash("hash")
    else { throw .unusable("is not whole") }
    var hash = TailPrint.seed
    TailPrint.hash(text[..<last.lowerBound], into: &hash)
    if count != UInt64(lines.count - 2) || hash != wanted { throw .unusable("is damaged") }
  }

  /// Appends the lines of a log; how many they are.
  private static func append(_ path: String, _ log: SavedLog, seen: UInt64, to text: inout [UInt8]) -> Int {
    let head = #"{"path":\#(JSONNode.quoted(path)),"seen":\#(seen)"#
    let files = log.closed.map { ($0, true) } + log.files.map { ($0, false) }
    let isSaid = files.isEmpty || log.unfound != nil
    if isSaid { text += "\(head)\(self.text(log.unfound))}\n".utf8 }
    for (file, isClosed) in files {
      text += head.utf8
      append(file, isClosed, to: &text)
    }
    return files.count + (isSaid ? 1 : 0)
  }

  private static func text(_ rest: TailSearch.Rest?) -> String {
    guard let rest else { return "" }
    return #","unfound":\#(rest.birth)\#(rest.since.map { #","since":\#($0)"# } ?? ""),"start":\#(rest.isOfStart)"#
  }

  /// Appends the rest of a file's line.
  private static func append(_ file: SavedFile, _ isClosed: Bool, to text: inout [UInt8]) {
    let print = file.print
    let telling = print.telling.map { #""telling":\#($0),"# } ?? ""
    let identity = file.identity
    let fields =
      #","device":\#(identity.device),"inode":\#(identity.inode),"birth":\#(identity.birth),"#
      + #""offset":\#(file.offset),"read":\#(file.read),"size":\#(file.size),"modified":\#(file.modified),"#
      + #""began":\#(file.began),"inside":\#(file.isInside),"closed":\#(isClosed),\#(telling)"print":""#
    text += fields.utf8
    var end: Int64 = -1
    for part in print.parts {
      if end >= 0 { text.append(0x20) }
      if part.start != end { text += "\(part.start)".utf8 }
      text += "+\(part.count):".utf8
      append(hexadecimal: part.hash, to: &text)
      end = part.end
    }
    text += "\"}\n".utf8
  }

  /// Forty of them a file.
  private static func append(hexadecimal number: UInt64, to text: inout [UInt8]) {
    var shift = max(0, 60 - number.leadingZeroBitCount / 4 * 4)
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift) & 15)
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      shift -= 4
    }
  }
}
