// `*` and `?`, in time proportional to the product of the lengths at worst, never more: patterns are a person's, command
// lines are anybody's.
// SPDX-License-Identifier: Apache-2.0

/// Shell-like patterns.
enum Glob {
  /// Whether the pattern matches the whole text.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.unicodeScalars)
    let text = Array(text.unicodeScalars)
    var at = 0
    var place = 0
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if at < pattern.count, pattern[at] == "*" {
        star = (at, place)
        at += 1
      } else if at < pattern.count, pattern[at] == "?" || pattern[at] == text[place] {
        at += 1
        place += 1
      } else if let back = star {
        at = back.pattern + 1
        place = back.text + 1
        star = (back.pattern, place)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "*" }
  }
}
