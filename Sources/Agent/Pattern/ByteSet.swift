// A set of bytes as 256 bits: what one step of a pattern may read.
// SPDX-License-Identifier: Apache-2.0

/// Some of the 256 byte values. A value; each operation costs a word or four.
struct ByteSet: Hashable, Sendable {
  private var words: SIMD4<UInt64> = .zero

  /// None.
  init() {}

  /// All of `range`.
  init(_ range: ClosedRange<UInt8>) {
    for byte in range { insert(byte) }
  }

  /// Adds one byte.
  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  /// Whether it has this byte.
  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }
}
