// One line of a checkpoint, taken apart. What is not as it was written is nil, and never a number that was guessed: a
// wrong offset would lose lines or count them twice.
// SPDX-License-Identifier: Apache-2.0

/// The members of a line by their names.
struct CheckpointLine {
  private var texts: [String: String] = [:]
  private var flags: [String: Bool] = [:]

  /// Nil when `range` is no JSON object.
  init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var scanner = JSONScanner(range)
    do throws(JSONFailure) {
      while let member = try scanner.next(in: bytes) {
        let key = bytes.string(member.key)
        switch member.value {
        case .string(let text): texts[key] = bytes.string(text)
        case .number(let digits): texts[key] = bytes.string(digits)
        case .boolean(let flag): flags[key] = flag
        default: break
        }
      }
    } catch {
      return nil
    }
  }

  func text(_ key: String) -> String? { texts[key] }

  func number(_ key: String) -> UInt64? { texts[key].flatMap { UInt64($0) } }

  func hash(_ key: String) -> UInt64? { texts[key].flatMap { UInt64($0, radix: 16) } }

  func isTrue(_ key: String) -> Bool { flags[key] == true }

  /// The file that it describes, if all of it is there and can be.
  var file: SavedFile? {
    guard let device = number("device"), let inode = number("inode"), let birth = signed("birth"),
      let offset = place("offset"), let read = place("read"), let size = place("size"),
      let modified = signed("modified"), let began = signed("began"), let isInside = flags["inside"],
      flags["closed"] != nil, read >= offset, let print = print(offset)
    else { return nil }
    return SavedFile(
      identity: FileIdentity(device: device, inode: inode, birth: birth), offset: offset, read: read, size: size,
      modified: modified, began: began, isInside: isInside, evidence: .hashes(print))
  }

  /// Where a search goes on, when it says so.
  var rest: TailSearch.Rest? {
    let since = signed("since")
    guard let birth = signed("unfound"), let isOfStart = flags["start"], texts["since"] == nil || since != nil else {
      return nil
    }
    return TailSearch.Rest(birth: birth, since: since, isOfStart: isOfStart)
  }

  private func signed(_ key: String) -> Int64? { texts[key].flatMap { Int64($0) } }

  /// A place in a file; a sum of two must not overflow.
  private func place(_ key: String) -> Int64? { signed(key).flatMap { 0..<(1 << 62) ~= $0 ? $0 : nil } }

  private func print(_ offset: Int64) -> TailPrint? {
    guard let text = texts["print"] else { return nil }
    var parts: [TailPrint.Part] = []
    for word in text.split(separator: " ") {
      guard let part = Self.part(word, after: parts.last?.end ?? 0), part.end <= offset else { return nil }
      parts.append(part)
    }
    let telling = place("telling")
    if texts["telling"] != nil, telling == nil { return nil }
    return TailPrint(offset: offset, telling: telling, parts: parts)
  }

  private static func part(_ word: Substring, after end: Int64) -> TailPrint.Part? {
    let halves = word.split(separator: ":", omittingEmptySubsequences: false)
    let places = halves.first?.split(separator: "+", omittingEmptySubsequences: false) ?? []
    guard halves.count == 2, places.count == 2, let hash = UInt64(halves[1], radix: 16),
      let count = Int(places[1]), 1...Limits.tailRecentBytes ~= count,
      let start = places[0].isEmpty ? end : Int64(places[0]), end..<(1 << 62) ~= start
    else { return nil }
    return TailPrint.Part(start: start, count: count, hash: hash)
  }
}
