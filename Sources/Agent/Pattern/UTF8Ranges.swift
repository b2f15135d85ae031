// A range of Unicode scalars as sequences of byte ranges: U+0080…U+07FF is C2…DF 80…BF. Surrogates have no UTF-8 and
// fall out.
// SPDX-License-Identifier: Apache-2.0

/// Cuts ranges of scalars where their encoding changes.
enum UTF8Ranges {
  /// Where the length of the encoding changes, and around the surrogates.
  private static let cuts: [ClosedRange<UInt32>] = [
    0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
  ]

  /// Sequences of byte ranges that stand for `range` and nothing else.
  static func split(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    var found: [[ClosedRange<UInt8>]] = []
    for cut in cuts where cut.overlaps(range) { append(range.clamped(to: cut), to: &found) }
    return found
  }

  /// `range` has encodings of one length.
  private static func append(_ range: ClosedRange<UInt32>, to found: inout [[ClosedRange<UInt8>]]) {
    let (low, high) = (range.lowerBound, range.upperBound)
    let length = encoded(low).count
    // A range whose last bytes do not run from 80 to BF is cut, so that each piece is a product of byte ranges.
    var step: UInt32 = 6
    while step < UInt32(length) * 6 {
      let mask: UInt32 = (1 << step) - 1
      if low & ~mask != high & ~mask {
        if low & mask != 0 {
          append(low...(low | mask), to: &found)
          append(((low | mask) + 1)...high, to: &found)
          return
        }
        if high & mask != mask {
          append(low...((high & ~mask) - 1), to: &found)
          append((high & ~mask)...high, to: &found)
          return
        }
      }
      step += 6
    }
    found.append(zip(encoded(low), encoded(high)).map { $0...$1 })
  }

  private static func encoded(_ value: UInt32) -> [UInt8] {
    func part(_ shift: UInt32, _ mark: UInt8 = 0x80, _ bits: UInt32 = 0x3F) -> UInt8 {
      mark | UInt8(truncatingIfNeeded: value >> shift & bits)
    }
    if value < 0x80 { return [part(0, 0, 0x7F)] }
    if value < 0x800 { return [part(6, 0xC0, 0x1F), part(0)] }
    if value < 0x10000 { return [part(12, 0xE0, 0x0F), part(6), part(0)] }
    return [part(18, 0xF0, 0x07), part(12), part(6), part(0)]
  }
}
