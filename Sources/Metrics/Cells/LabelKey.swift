// Label values as one key: their bytes, each ended by 0xFF, which no UTF-8 text has, so that no two lists of values share
// a key. Values are compared with it where they lie; nothing is allocated for a look-up that finds its series.
//
// The file is unsafe because it reads the key's bytes by address, after a check that they are there.
// SPDX-License-Identifier: Apache-2.0

/// The key of a series in its family.
@safe struct LabelKey: Sendable {
  private static let separator: UInt8 = 0xFF

  let bytes: [UInt8]
  let hash: UInt64

  init(_ values: [String]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.reduce(0) { $0 + $1.utf8.count + 1 })
    for value in values {
      bytes.append(contentsOf: value.utf8)
      bytes.append(Self.separator)
    }
    self.bytes = bytes
    hash = Self.hash(values)
  }

  /// The hash of the key of these values.
  static func hash(_ values: [String]) -> UInt64 {
    var hash = LabelHash(seed: LabelHash.seed)
    for value in values { hash.add(LabelValue(value, seed: LabelHash.seed)) }
    return hash.value
  }

  /// True when the key is of these values.
  func isOf(_ values: [String]) -> Bool {
    var place = 0
    return values.allSatisfy { has(LabelValue($0, seed: LabelHash.seed), $0, at: &place) } && isEnd(place)
  }

  /// True when the value stands at `place`, which is moved past it.
  @inline(__always) func has(_ value: LabelValue, _ text: String, at place: inout Int) -> Bool {
    let start = place
    let end = start &+ value.count
    if end >= bytes.count || bytes[end] != Self.separator { return false }
    place = end &+ 1
    if value.count == 0 { return true }
    let isStart = unsafe bytes.withUnsafeBytes { key in
      guard let base = key.baseAddress else { return false }
      return unsafe LabelValue.start(base + start, value.count) == (value.low, value.high)
    }
    return isStart && (value.count <= LabelValue.short || LabelValue.isEnd(of: text, bytes, from: start))
  }

  /// True when there is no further value at `place`.
  @inline(__always) func isEnd(_ place: Int) -> Bool { place == bytes.count }
}
