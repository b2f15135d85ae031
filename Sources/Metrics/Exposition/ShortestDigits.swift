// The shortest digits that give a double back, taken from Swift's own text of it.
// SPDX-License-Identifier: Apache-2.0

/// A number as 0.DIGITS × 10^point, without zeros at either end; zero is 0.0 × 10^1.
struct ShortestDigits {
  private(set) var digits: [UInt8] = []
  private(set) var point = 0

  /// The digits of a number that is finite and not negative.
  init(_ value: Double) {
    var comma: Int?
    var exponent = 0
    var isExponentNegative = false
    var isExponent = false
    for byte in value.description.utf8 {
      switch byte {
      case UInt8(ascii: "."): comma = digits.count
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): isExponentNegative = true
      case UInt8(ascii: "+"): break
      default:
        if isExponent { exponent = exponent &* 10 &+ Int(byte &- UInt8(ascii: "0")) } else { digits.append(byte) }
      }
    }
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    point = (comma ?? digits.count) - zeros + (isExponentNegative ? -exponent : exponent)
    digits.removeFirst(zeros)
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.isEmpty { (digits, point) = ([UInt8(ascii: "0")], 1) }
  }
}
