// What is remembered of a file's lines by their keys. Kernel files have the same keys in the same order at every reading,
// so a key is first compared with the one that stood there the last time: no text is made of it, nothing is hashed, and
// that it comes twice is known only to be looked for when it is out of its turn.
// SPDX-License-Identifier: Apache-2.0

/// Values by key, in the order of the last reading.
struct OrderedKeys<Value> {
  private var rows: [(key: String, value: Value)] = []
  /// How many keys this reading has had.
  private(set) var count = 0

  /// Begins a reading.
  mutating func begin() { count = 0 }

  /// The place of the next key: of its value of the last reading, or of one that `make` makes of the key. Nil when this
  /// reading had the key before, or has had ``Limits/hostKeys`` of them.
  mutating func take(_ key: Range<Int>, _ bytes: Span<UInt8>, make: (String) -> Value) -> Int? {
    if count < rows.count, bytes.equals(key, rows[count].key) {
      count += 1
      return count - 1
    }
    return find(bytes.string(key), make)
  }

  @inline(never) private mutating func find(_ key: String, _ make: (String) -> Value) -> Int? {
    if count >= Limits.hostKeys || rows[..<count].contains(where: { $0.key == key }) { return nil }
    if let place = rows[count...].firstIndex(where: { $0.key == key }) {
      // Those between are gone.
      rows.removeSubrange(count..<place)
    } else {
      rows.insert((key, make(key)), at: count)
      if rows.count > Limits.hostKeys { rows.removeLast() }
    }
    count += 1
    return count - 1
  }

  /// The value at a place.
  subscript(_ place: Int) -> Value {
    get { rows[place].value }
    _modify { yield &rows[place].value }
  }
}
