// Lines by level. A level that was seen before, in the same case, is found by its bytes as one machine word.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counters of a service's levels.
struct LevelTable {
  private(set) var all: [(labels: LabelSet, count: UInt64)] = []

  private let labels: LabelSet
  private var index = BytesIndex()
  /// Levels as they stand in lines, when they fit in a word, and their places in ``all``.
  private var words: [(word: UInt64, place: Int)] = []

  /// Nothing counted yet.
  init(labels: LabelSet) { self.labels = labels }

  /// Counts a line at the level that fills `range`, in any case; bytes of valid UTF-8.
  mutating func count(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if range.count > 8 {
      let place = self.place(bytes, range)
      return all[place].count &+= 1
    }
    let word = bytes.word(at: range.lowerBound, count: range.count)
    for number in words.indices where words[number].word == word { return all[words[number].place].count &+= 1 }
    let place = self.place(bytes, range)
    // A zero byte would look like a shorter level.
    if words.count < Limits.logLevels, word >> UInt64(range.count &- 1) * 8 != 0 { words.append((word, place)) }
    all[place].count &+= 1
  }

  @inline(never) private mutating func place(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var end = min(range.count, Limits.logLevelBytes)
    // Two levels that were cut inside a character would be repaired to the same label.
    while end > 0, end < range.count, bytes[range.lowerBound + end] & 0xC0 == 0x80 { end -= 1 }
    var key: [UInt8] = []
    for index in 0..<end { key.append(Self.lowered(bytes[range.lowerBound + index])) }
    if let known = index.find(key.span, 0..<key.count) { return known }
    if all.count >= Limits.logLevels {
      key = Array("other".utf8)
      if let known = index.find(key.span, 0..<key.count) { return known }
    }
    all.append((labels.adding([("level", String(decoding: key, as: UTF8.self))]), 0))
    return index.insert(key.span, 0..<key.count)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
