// Label values as one key: their bytes, each ended by 0xFF, which no UTF-8 text has, so that no two lists of values share
// a key. Values are hashed and compared where they lie; nothing is allocated for a look-up that finds its series. The
// hash is seeded once a process, so that nobody can choose values that collide.
//
// The file is unsafe because it reads strings' bytes by address, within the bounds that the strings give.
// SPDX-License-Identifier: Apache-2.0
/// The key of a series in its family.
@safe struct LabelKey: Sendable {
  fileprivate static let seed = UInt64.random(in: .min ... .max)
  private static let separator: UInt8 = 0xFF

  let bytes: [UInt8]
  let hash: UInt64

  init(_ values: [String]) {
    var bytes: [UInt8] = []
    var hash = Hash()
    for value in values {
      bytes.append(contentsOf: value.utf8)
      bytes.append(Self.separator)
      hash.add(value)
    }
    self.bytes = bytes
    self.hash = hash.value
  }

  /// A hash in the making: each word is multiplied with a key of its own and the products are added, so that no product
  /// waits for another.
  struct Hash {
    private var sum: UInt64 = 0
    private var key = LabelKey.seed

    var value: UInt64 { sum }

    @inline(__always) fileprivate mutating func add(_ word: UInt64) {
      let product = (word ^ key).multipliedFullWidth(by: key | 1)
      sum &+= product.high ^ product.low
      key &+= 0x9e37_79b9_7f4a_7c15
    }

    /// Adds a label's value.
    @inline(__always) mutating func add(_ value: String) {
      // Swift's own strings are contiguous; only bridged ones are not.
      if unsafe value.utf8.withContiguousStorageIfAvailable({ unsafe add($0) }) == nil { addSlowly(value) }
    }

    @inline(never) private mutating func addSlowly(_ value: String) {
      unsafe Array(value.utf8).withUnsafeBufferPointer { unsafe add($0) }
    }

    @inline(__always) private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
      let raw = UnsafeRawBufferPointer(bytes)
      key &+= UInt64(truncatingIfNeeded: raw.count)
      guard let base = raw.baseAddress, raw.count > 0 else { return add(0) }
      var place = 0
      while place &+ 8 < raw.count {
        add(unsafe base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        place &+= 8
      }
      add(unsafe LabelKey.last(base + place, raw.count &- place))
    }
  }

  /// One to eight bytes as a number that no other bytes of the same count have. No load reaches over the end of a word,
  /// because small strings come as two words just stored, and a load of a part of each would wait for both.
  @inline(__always) fileprivate static func last(_ base: UnsafeRawPointer, _ count: Int) -> UInt64 {
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

  /// Both halves of a product depend on every bit of both factors.
  @inline(__always) private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: 0xbf58_476d_1ce4_e5b9)
    return product.high ^ product.low
  }

  /// True when the value stands at `place`, which is moved past it.
  @inline(__always) func has(_ value: String, at place: inout Int) -> Bool {
    unsafe value.utf8.withContiguousStorageIfAvailable { unsafe has($0, at: &place) } ?? slowHas(value, at: &place)
  }

  @inline(never) private func slowHas(_ value: String, at place: inout Int) -> Bool {
    unsafe Array(value.utf8).withUnsafeBufferPointer { unsafe has($0, at: &place) }
  }

  @inline(__always) private func has(_ value: UnsafeBufferPointer<UInt8>, at place: inout Int) -> Bool {
    let end = place &+ value.count
    if end >= bytes.count || bytes[end] != Self.separator { return false }
    let isEqual = unsafe bytes.withUnsafeBytes { key in
      guard let key = key.baseAddress, let value = UnsafeRawBufferPointer(value).baseAddress, end > place else {
        return end == place
      }
      return unsafe Self.areEqual(key + place, value, end &- place)
    }
    place = end &+ 1
    return isEqual
  }

  @inline(__always)
  private static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
    var place = 0
    while place &+ 8 < count {
      let isEqual =
        unsafe left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        == right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      if !isEqual { return false }
      place &+= 8
    }
    return unsafe last(left + place, count &- place) == last(right + place, count &- place)
  }
}
