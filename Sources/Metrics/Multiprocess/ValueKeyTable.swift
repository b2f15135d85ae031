// The keys that were met in one kind of file, by their bytes. Each is parsed once, however many files have it; a file's
// entry is then recognised by comparing bytes with the key that stood there last time, which makes the usual reading a
// run of memory comparisons. Hashes are seeded, so that no directory can choose them.
// SPDX-License-Identifier: Apache-2.0

/// The known keys of one kind of file, by number.
struct ValueKeyTable: Sendable {
  /// What a key stands for.
  enum Meaning: Sendable, Hashable {
    case slot(Int32, ValueRole)
    case skipped(ValueSkip)
  }

  private var text: [UInt8] = []
  private var starts: [Int] = [0]
  private var meanings: [Meaning] = []
  /// The reading that met the key last, to find keys that stand twice.
  private var readings: [UInt64] = []
  /// Open addressing: a key's number and one, or 0.
  private var places: [Int32] = [Int32](repeating: 0, count: 64)
  private let seed = UInt64.random(in: .min ... .max)

  /// How many keys there are.
  var count: Int { meanings.count }

  /// Bytes of all keys.
  var byteCount: Int { text.count }

  /// What key `number` stands for.
  @inline(__always) func meaning(_ number: Int32) -> Meaning { meanings[Int(number)] }

  /// True when key `number` is these bytes.
  @inline(__always) func isKey(_ number: Int32, _ buffer: ReadBuffer, at: Int, count: Int) -> Bool {
    let start = starts[Int(number)]
    return starts[Int(number) &+ 1] &- start == count && buffer.equals(at: at, count: count, text, from: start)
  }

  /// Compares what is in the buffer, up to `end`, with these keys.
  func match(_ keys: [Int32], _ buffer: ReadBuffer, end: Int, _ match: inout ValueFileMatch) {
    match.at = ValueFileWalk.head
    match.count = buffer.match(keys, text, starts, at: &match.at, end: end, spots: &match.spots)
  }

  /// Notes that a reading met the key; false when it did so before.
  @inline(__always) mutating func meet(_ number: Int32, reading: UInt64) -> Bool {
    if readings[Int(number)] == reading { return false }
    readings[Int(number)] = reading
    return true
  }

  /// The number of the key that is these bytes.
  func find(_ buffer: ReadBuffer, at: Int, count: Int) -> Int32? {
    var place = Int(truncatingIfNeeded: buffer.hash(at: at, count: count, seed: seed)) & (places.count &- 1)
    while places[place] > 0 {
      let number = places[place] &- 1
      if isKey(number, buffer, at: at, count: count) { return number }
      place = (place &+ 1) & (places.count &- 1)
    }
    return nil
  }

  /// Takes a key that is not there yet.
  mutating func insert(_ buffer: ReadBuffer, at: Int, count: Int, _ meaning: Meaning) -> Int32 {
    let number = Int32(truncatingIfNeeded: meanings.count)
    text.append(contentsOf: buffer.bytes(at: at, count: count))
    starts.append(text.count)
    meanings.append(meaning)
    readings.append(0)
    if meanings.count &* 2 > places.count {
      places = [Int32](repeating: 0, count: places.count &* 2)
      for known in 0..<number { settle(known) }
    }
    settle(number)
    return number
  }

  private mutating func settle(_ number: Int32) {
    let (start, end) = (starts[Int(number)], starts[Int(number) &+ 1])
    let hash = ReadBuffer.hash(text, from: start, count: end &- start, seed: seed)
    var place = Int(truncatingIfNeeded: hash) & (places.count &- 1)
    while places[place] > 0 { place = (place &+ 1) & (places.count &- 1) }
    places[place] = number &+ 1
  }
}
