// Numbers byte strings in the order they come: the map from what stands in a log line to a series, without a String
// and without the heap when the series exists. Its owner bounds it.
// SPDX-License-Identifier: Apache-2.0

/// A hash index of byte strings, each after a number of its owner's: open addressing over one arena of less than 4 GiB. A
/// value type; lookups do not allocate.
struct BytesIndex {
  private struct Entry {
    let hash: UInt32
    let prefix: UInt32
    let start: UInt32
    let count: UInt32
  }

  /// The strings, one behind the other, and a block of zeros.
  private var arena = [UInt8](repeating: 0, count: Span<UInt8>.blockBytes)
  private var entries: [Entry] = []
  private var slots = [Int32](repeating: -1, count: 64)
  private let seed = UInt64.random(in: .min ... .max)

  /// How many strings have a number.
  var count: Int { entries.count }

  /// The number of the string that fills `range`, after `prefix`, or nil.
  func find(_ bytes: Span<UInt8>, _ range: Range<Int>, after prefix: Int = 0) -> Int? {
    let hash = hash(prefix, bytes, range)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count &- 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      let entry = entries[number]
      if entry.hash == hash, entry.prefix == UInt32(truncatingIfNeeded: prefix), matches(entry, bytes, range) {
        return number
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  /// Gives a new string the next number.
  mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>, after prefix: Int = 0) -> Int {
    if (entries.count + 1) * 2 > slots.count { grow() }
    let number = entries.count
    let start = arena.count - Span<UInt8>.blockBytes
    arena.removeLast(Span<UInt8>.blockBytes)
    for index in range { arena.append(bytes[index]) }
    for _ in 0..<Span<UInt8>.blockBytes { arena.append(0) }
    entries.append(
      Entry(
        hash: hash(prefix, bytes, range), prefix: UInt32(truncatingIfNeeded: prefix),
        start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: range.count)))
    place(number)
    return number
  }

  /// The string with a number.
  func bytes(_ number: Int) -> ArraySlice<UInt8> {
    let start = Int(entries[number].start)
    return arena[start..<start + Int(entries[number].count)]
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

  @inline(__always) private func matches(_ entry: Entry, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let (start, count) = (Int(entry.start), Int(entry.count))
    if count != range.count { return false }
    let arena = arena.span
    if arena.words(at: start, count: count) != bytes.words(at: range.lowerBound, count: count) { return false }
    return count <= Span<UInt8>.blockBytes || arena.equals(start..<start &+ count, bytes, range)
  }

  /// Sixteen bytes a multiplication, its halves folded, from a random start: the number of keys is bounded, and so is what
  /// a bad hash costs. The start differs by length, since the last block is filled up with zeros. Whole blocks, since how
  /// many words a path has is nothing that a processor could guess.
  @inline(__always) private func hash(_ prefix: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    let length = UInt64(truncatingIfNeeded: range.count) &* 0x8ebc_6af0_9c88_c6e3
    var hash = seed ^ UInt64(truncatingIfNeeded: prefix) &* 0xa076_1d64_78bd_642f ^ length
    var place = range.lowerBound
    repeat {
      let words = bytes.words(at: place, count: range.upperBound &- place)
      hash =
        Self.folded(hash ^ words[0], words[1] ^ 0xe703_7ed1_a0b4_28db)
        ^ Self.folded(hash ^ words[2], words[3] ^ 0x5899_65cc_7537_4cc3)
      place &+= Span<UInt8>.blockBytes
    } while place < range.upperBound
    return UInt32(truncatingIfNeeded: hash)
  }

  @inline(__always) private static func folded(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let product = one.multipliedFullWidth(by: other)
    return product.high ^ product.low
  }
}
