// Numbers byte strings in the order they come: the map from what stands in a log line to a series, without a String
// and without the heap when the series exists. Its owner bounds it.
// SPDX-License-Identifier: Apache-2.0

/// A hash index of byte strings: open addressing over one arena. A value type; lookups do not allocate.
struct BytesIndex {
  private var arena: [UInt8] = []
  private var entries: [(range: Range<Int>, hash: UInt64)] = []
  private var slots = [Int32](repeating: -1, count: 64)
  private let seed = UInt64.random(in: .min ... .max)

  /// How many strings have a number.
  var count: Int { entries.count }

  /// The number of `key`, or nil.
  func find(_ key: [UInt8]) -> Int? {
    let hash = hash(key)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      let entry = entries[number]
      if entry.hash == hash, entry.range.count == key.count, matches(key, entry.range.lowerBound) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Gives a new `key` the next number.
  mutating func insert(_ key: [UInt8]) -> Int {
    if (entries.count + 1) * 2 > slots.count { grow() }
    let number = entries.count
    let start = arena.count
    arena.append(contentsOf: key)
    entries.append((start..<arena.count, hash(key)))
    place(number)
    return number
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for number in entries.indices { place(number) }
  }

  private mutating func place(_ number: Int) {
    var slot = Int(truncatingIfNeeded: entries[number].hash) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(truncatingIfNeeded: number)
  }

  private func matches(_ key: [UInt8], _ start: Int) -> Bool {
    for index in key.indices where arena[start + index] != key[index] { return false }
    return true
  }

  /// FNV-1a from a random start, mixed at the end: the number of keys is bounded, and so is what a bad hash costs.
  private func hash(_ key: [UInt8]) -> UInt64 {
    var hash = seed ^ 0xcbf2_9ce4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15 >> 7
  }
}
