// Guesses what was meant by a word that is none of the known ones.
// SPDX-License-Identifier: Apache-2.0

/// Edit distances between short words.
enum Spelling {
  /// The known word that is at most two slips (a third of its length) away, or nil.
  static func nearest(to word: String, of known: [String]) -> String? {
    let best = known.map { (word: $0, slips: distance(Array(word.utf8), Array($0.utf8))) }.min { $0.slips < $1.slips }
    guard let best, best.slips <= min(2, max(1, best.word.utf8.count / 3)) else { return nil }
    return best.word
  }

  /// Levenshtein's distance.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (line, byte) in left.enumerated() {
      var before = row[0]
      row[0] = line + 1
      for (column, other) in right.enumerated() {
        let change = before + (byte == other ? 0 : 1)
        before = row[column + 1]
        row[column + 1] = min(change, min(row[column], before) + 1)
      }
    }
    return row[right.count]
  }
}
