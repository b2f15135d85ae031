// Lines by level. Levels that are known by several words have one name; other words stay, in lower case. A level that was seen before, in the same case, is found by its bytes as one machine word.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counters of a service's levels.
struct LevelTable {
  private(set) var all: [(labels: LabelSet, count: UInt64)] = []

  private let labels: LabelSet
  private var index = BytesIndex()
  /// Levels that are none of the known ones.
  private var others = 0
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

  /// Counts a line at a level.
  mutating func count(_ level: LogLevel) {
    let name = Array(level.rawValue.utf8)
    count(name.span, 0..<name.count)
  }

  @inline(never) private mutating func place(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    if let level = LogLevel.named(bytes, range) ?? Self.unknown(bytes, range) { return place(of: level) }
    var end = min(range.count, Limits.logLevelBytes)
    // Two levels that were cut inside a character would be repaired to the same label.
    while end > 0, end < range.count, bytes[range.lowerBound + end] & 0xC0 == 0x80 { end -= 1 }
    var key: [UInt8] = []
    for index in 0..<end { key.append(Self.lowered(bytes[range.lowerBound + index])) }
    if let known = index.find(key.span, 0..<key.count) { return known }
    // The known ones have room of their own.
    if others >= Limits.logLevels - LogLevel.allCases.count {
      key = Array("other".utf8)
      if let known = index.find(key.span, 0..<key.count) { return known }
    }
    others += 1
    return add(key)
  }

  private static func unknown(_ bytes: Span<UInt8>, _ range: Range<Int>) -> LogLevel? {
    bytes.equals(range, LogLevel.unknown.rawValue) ? .unknown : nil
  }

  private mutating func place(of level: LogLevel) -> Int {
    let name = Array(level.rawValue.utf8)
    return index.find(name.span, 0..<name.count) ?? add(name)
  }

  private mutating func add(_ key: [UInt8]) -> Int {
    all.append((labels.adding([("level", String(decoding: key, as: UTF8.self))]), 0))
    return index.insert(key.span, 0..<key.count)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
