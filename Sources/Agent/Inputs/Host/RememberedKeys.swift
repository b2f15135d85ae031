// What follows from a key of a kernel file, remembered by the key's place: the kernel writes the same keys in the same
// order from one reading to the next, so a key costs a comparison of bytes, no text and no hash. A key that is not where
// it was is made anew, and so are those behind it, once.
// SPDX-License-Identifier: Apache-2.0

/// Values by key and place.
struct RememberedKeys<Value> {
  private var known: [(key: [UInt8], value: Value)] = []

  /// The value of the key that `range` holds and that is the `place`th of its file; `make` gives it for a key that was
  /// not there before. Places past ``Limits/hostKeys`` are not remembered.
  mutating func value(
    at place: Int, _ range: Range<Int>, in bytes: Span<UInt8>, make: ([UInt8]) -> Value
  ) -> Value {
    if place < known.count {
      let old = known[place]
      if bytes.equals(range, old.key) { return old.value }
    }
    let key = bytes.array(range)
    let value = make(key)
    if place < known.count {
      known[place] = (key, value)
    } else if place == known.count, place < Limits.hostKeys {
      known.append((key, value))
    }
    return value
  }
}
