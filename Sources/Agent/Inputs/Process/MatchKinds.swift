// The kinds of a match, and what is a slip of the finger for one of them: taken as bare text it would match nothing, in
// silence. One slip is allowed for, or another case; two would take too many honest words, and what is left is said in
// the agent's log when it matches nothing.
// SPDX-License-Identifier: Apache-2.0

/// The words that may stand before a match's colon.
enum MatchKinds {
  private static let all = ["name", "exe", "cmd", "pid", "port", "cgroup"]

  /// The kinds, for a message.
  static let list = "name:, exe:, cmd:, pid:, port: and cgroup:"

  /// Whether a word that is no kind is meant to be one: in another case, or with one letter too many, too few, another
  /// one, or two that changed places.
  static func isMistyped(_ word: String) -> Bool {
    let letters = Array(word.lowercased().utf8)
    let isWord = letters.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    return isWord && all.contains { isNear(letters, Array($0.utf8)) }
  }

  /// Whether at most one slip lies between two words.
  private static func isNear(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let same = zip(left, right).prefix { $0 == $1 }.count
    let (left, right) = (left[same...], right[same...])
    if left.isEmpty && right.isEmpty { return true }
    if left.count == right.count + 1 { return left.dropFirst() == right }
    if right.count == left.count + 1 { return right.dropFirst() == left }
    if left.count != right.count { return false }
    if left.dropFirst() == right.dropFirst() { return true }
    return left.prefix(2) == ArraySlice(right.prefix(2).reversed()) && left.dropFirst(2) == right.dropFirst(2)
  }
}
