// The hash of a series' label values. It is seeded once a process, so that nobody can choose values that collide.
// SPDX-License-Identifier: Apache-2.0

/// A hash in the making: each word is multiplied with a key of its own and the products are added, so that no product
/// waits for another.
struct LabelHash {
  /// The process's. Who hashes often keeps a copy, because a global costs a call.
  static let seed = UInt64.random(in: .min ... .max)

  private(set) var value: UInt64 = 0
  private var key: UInt64

  @inline(__always) init(seed: UInt64) { key = seed }

  /// Adds a word.
  @inline(__always) mutating func add(_ word: UInt64) {
    let product = (word ^ key).multipliedFullWidth(by: key | 1)
    value &+= product.high ^ product.low
    key &+= 0x9e37_79b9_7f4a_7c15
  }

  /// Adds a label's value.
  @inline(__always) mutating func add(_ value: LabelValue) {
    key &+= UInt64(truncatingIfNeeded: value.count)
    add(value.low)
    add(value.high)
    if value.count > LabelValue.short { add(value.rest) }
  }
}
