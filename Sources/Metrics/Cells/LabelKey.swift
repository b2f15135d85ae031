// Label values as one key: their bytes, each ended by 0xFF, which no UTF-8 text has, so that no two lists of values share
// a key. Values are hashed and compared where they lie; nothing is allocated for a look-up that finds its series. The
// hash is seeded once a process, so that nobody can choose values that collide.
//
// The file is unsafe because it reads strings' bytes by address, within the bounds that the strings give.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The key of a series in its family.
@safe struct LabelKey: Sendable {
  private static let seed = UInt64.random(in: .min ... .max)
  private static let separator: UInt8 = 0xFF

  let bytes: [UInt8]
  let hash: UInt64

  init(_ values: [String]) {
    var bytes: [UInt8] = []
    var hash = Self.start
    for value in values {
      bytes.append(contentsOf: value.utf8)
      bytes.append(Self.separator)
      hash = Self.hash(value, hash)
    }
    self.bytes = bytes
    self.hash = hash
  }

  /// What a hash begins with.
  @inline(__always) static var start: UInt64 { seed }

  /// The hash so far and one more value.
  @inline(__always) static func hash(_ value: String, _ hash: UInt64) -> UInt64 {
    // Swift's own strings are contiguous; only bridged ones are not.
    unsafe value.utf8.withContiguousStorageIfAvailable { unsafe Self.hash($0, hash) } ?? slowHash(value, hash)
  }

  @inline(never) private static func slowHash(_ value: String, _ hash: UInt64) -> UInt64 {
    unsafe Array(value.utf8).withUnsafeBufferPointer { unsafe Self.hash($0, hash) }
  }

  @inline(__always) private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ start: UInt64) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = start ^ UInt64(truncatingIfNeeded: raw.count)
    var place = 0
    while place &+ 8 <= raw.count {
      hash = mix(hash, unsafe raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place &+= 8
    }
    if place < raw.count {
      if raw.count >= 8 { return mix(hash, unsafe raw.loadUnaligned(fromByteOffset: raw.count &- 8, as: UInt64.self)) }
      var rest: UInt64 = 0
      for index in place..<raw.count { rest = rest &<< 8 | UInt64(unsafe raw[index]) }
      hash = mix(hash, rest)
    }
    return hash
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
    let isEqual = unsafe bytes.withUnsafeBufferPointer { key in
      guard let key = key.baseAddress, let value = value.baseAddress else { return value.isEmpty }
      return unsafe memcmp(key + place, value, end &- place) == 0
    }
    place = end &+ 1
    return isEqual
  }
}
