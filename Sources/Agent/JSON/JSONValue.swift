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
  func number(_ range: Range<Int>) -> Double {
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
