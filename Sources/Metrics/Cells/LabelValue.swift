// A label's value in a look-up: its length and what its first sixteen bytes are as two numbers, which is all there is of
// most values. A string is asked for its bytes once, for hashing and comparing both, because finding out how it keeps
// them costs as much as either; only the rest of a longer value is asked for again.
//
// The file is unsafe because it reads strings' bytes by address, within the bounds that the strings give.
// SPDX-License-Identifier: Apache-2.0

/// A label's value, made ready to be hashed and compared.
@safe struct LabelValue {
  /// Bytes that stand in ``low`` and ``high``.
  static let short = 16

  let count: Int
  /// The first eight bytes, or all of fewer.
  let low: UInt64
  /// The next eight, or those of fewer that there are.
  let high: UInt64
  /// A hash of all further bytes.
  let rest: UInt64

  /// Reads the value; the rest's hash begins with `seed`.
  @inline(__always) init(_ value: String, seed: UInt64) {
    // Swift's own strings are contiguous; only bridged ones are not.
    self = unsafe value.utf8.withContiguousStorageIfAvailable { unsafe Self($0, seed) } ?? Self(slowly: value, seed)
  }

  @inline(never) private init(slowly value: String, _ seed: UInt64) {
    self = unsafe Array(value.utf8).withUnsafeBufferPointer { unsafe Self($0, seed) }
  }

  @inline(__always) private init(_ bytes: UnsafeBufferPointer<UInt8>, _ seed: UInt64) {
    let raw = UnsafeRawBufferPointer(bytes)
    count = raw.count
    guard let base = raw.baseAddress, raw.count > 0 else {
      (low, high, rest) = (0, 0, 0)
      return
    }
    (low, high) = unsafe Self.start(base, raw.count)
    rest = raw.count > Self.short ? unsafe Self.rest(base, raw.count, seed) : 0
  }

  /// The first sixteen of some bytes, of which there is at least one.
  @inline(__always) static func start(_ base: UnsafeRawPointer, _ count: Int) -> (low: UInt64, high: UInt64) {
    if count <= 8 { return unsafe (word(base, count), 0) }
    return unsafe (base.loadUnaligned(as: UInt64.self), word(base + 8, min(count &- 8, 8)))
  }

  /// One to eight bytes as a number that no other bytes of the same count have. No load reaches over the end of a word,
  /// because small strings come as two words just stored, and a load of a part of each would wait for both.
  @inline(__always) private static func word(_ base: UnsafeRawPointer, _ count: Int) -> UInt64 {
    if count == 8 { return unsafe base.loadUnaligned(as: UInt64.self) }
    if count >= 4 {
      let low = unsafe base.loadUnaligned(as: UInt32.self)
      let high = unsafe base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      return UInt64(low) | UInt64(high) &<< 32
    }
    let first = unsafe base.load(as: UInt8.self)
    let middle = unsafe base.load(fromByteOffset: count &>> 1, as: UInt8.self)
    let last = unsafe base.load(fromByteOffset: count &- 1, as: UInt8.self)
    return UInt64(first) | UInt64(middle) &<< 8 | UInt64(last) &<< 16
  }

  /// A call of its own, so that the code for short values stays short.
  @inline(never) private static func rest(_ base: UnsafeRawPointer, _ count: Int, _ seed: UInt64) -> UInt64 {
    var hash = LabelHash(seed: seed)
    var place = short
    while place &+ 8 < count {
      hash.add(unsafe base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place &+= 8
    }
    hash.add(unsafe word(base + place, count &- place))
    return hash.value
  }

  /// True when `bytes` from `start` on are the value's past its sixteenth, of which the caller knows that they are so many.
  @inline(never) static func isEnd(of value: String, _ bytes: [UInt8], from start: Int) -> Bool {
    value.utf8.dropFirst(short).elementsEqual(bytes[(start + short)..<(start + value.utf8.count)])
  }
}
