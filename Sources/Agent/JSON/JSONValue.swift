// A value inside a JSON text, as its kind and where it stands; numbers and strings are read only when wanted.
// SPDX-License-Identifier: Apache-2.0

/// One value of an object: what it is and where.
enum JSONValue: Hashable, Sendable {
  case string(JSONText)
  case number(Range<Int>)
  case boolean(Bool)
  case null
  /// The whole of it, brackets included.
  case object(Range<Int>)
  /// The whole of it, brackets included.
  case array(Range<Int>)
}

/// A key and its value.
struct JSONMember: Hashable, Sendable {
  let key: JSONText
  let value: JSONValue
}

extension Span where Element == UInt8 {
  /// The value of a JSON number that the scanner accepted; infinite when it is past a double's range.
  ///
  /// Up to 2^53 with 22 decimals both mantissa and power of ten are exact, so that one division rounds correctly
  /// (Clinger's fast path); the rest goes through the standard library and costs a String.
  @inline(__always) func number(_ range: Range<Int>) -> Double {
    if range.count <= 8, let first = range.first, self[first] != UInt8(ascii: "-") {
      let word = word(at: first, count: range.count)
      if let (mantissa, decimals) = word.shortDecimal(range.count) {
        return Double(mantissa) / JSONLexer.powersOfTen[decimals]
      }
    }
    return longNumber(range)
  }

  @inline(never) private func longNumber(_ range: Range<Int>) -> Double {
    var mantissa: UInt64 = 0
    var decimals = 0
    var isPastPoint = false
    var isNegative = false
    for index in range {
      let byte = self[index]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        decimals += isPastPoint ? 1 : 0
        if mantissa > 1 << 53 || decimals > 22 { return slowNumber(range) }
      } else if byte == UInt8(ascii: ".") {
        isPastPoint = true
      } else if byte == UInt8(ascii: "-"), index == range.lowerBound {
        isNegative = true
      } else {
        return slowNumber(range)
      }
    }
    let value = Double(mantissa) / JSONLexer.powersOfTen[decimals]
    return isNegative ? -value : value
  }

  private func slowNumber(_ range: Range<Int>) -> Double { Double(string(range)) ?? .nan }
}

extension UInt64 {
  /// Of eight bytes of text the highest bit of each that is no decimal digit.
  @inline(__always) var bytesThatAreNoDigits: UInt64 {
    let less = self ^ 0x3030_3030_3030_3030
    return (((less & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | less) & 0x8080_8080_8080_8080
  }

  /// The digits of the number whose text is the first `count` of eight bytes, the others zero, and how many of them are
  /// decimals; nil when they are not digits with at most one point among them. All digits are added up at once, after
  /// Lemire's and Muła's way.
  @inline(__always) func shortDecimal(_ count: Int) -> (digits: UInt64, decimals: Int)? {
    let others = bytesThatAreNoDigits & (UInt64.max >> UInt64(truncatingIfNeeded: (8 &- count) &* 8))
    var digits = self
    var decimals = 0
    var unused = 8 &- count
    if others != 0 {
      let shift = UInt64(truncatingIfNeeded: others.trailingZeroBitCount & ~7)
      if others & (others &- 1) != 0 || self >> shift & 0xFF != 0x2E { return nil }
      decimals = count &- 1 &- Int(truncatingIfNeeded: shift >> 3)
      unused &+= 1
      let below = (1 &<< shift) &- 1
      digits = self & below | (self >> 8) & ~below
    }
    digits = (digits & 0x0F0F_0F0F_0F0F_0F0F) << UInt64(truncatingIfNeeded: unused &* 8)
    digits = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
    digits = (digits &* 100 &+ digits >> 16) & 0x0000_FFFF_0000_FFFF
    return ((digits &* 10_000 &+ digits >> 32) & 0xFFFF_FFFF, decimals)
  }
}
