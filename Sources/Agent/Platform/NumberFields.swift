// The numbers of a line, as kernel files have them by the dozen: parsed in one pass into a fixed place, so that neither
// the line nor its fields cost an allocation. A field that is no number keeps its place and is known as such.
// SPDX-License-Identifier: Apache-2.0

/// Up to 64 unsigned numbers, parted by blanks.
struct NumberFields {
  /// Fields that are looked at; /proc/PID/stat has 50 behind the name.
  static let limit = 64

  private var values = InlineArray<64, UInt64>(repeating: 0)
  private var valid: UInt64 = 0
  /// Fields that the line has, those that are no numbers included.
  private(set) var count = 0

  /// Parses the fields of `range`; those past ``limit`` are left out. A line feed ends the line.
  init(_ range: Range<Int>, _ bytes: Span<UInt8>) {
    var place = range.lowerBound
    while count < NumberFields.limit {
      while place < range.upperBound, bytes[place] == UInt8(ascii: " ") { place &+= 1 }
      if place >= range.upperBound || bytes[place] == UInt8(ascii: "\n") { return }
      var value: UInt64 = 0
      var isNumber = true
      while place < range.upperBound {
        let byte = bytes[place]
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { break }
        let digit = byte &- UInt8(ascii: "0")
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
        if digit > 9 || overflow || carry { isNumber = false }
        value = sum
        place &+= 1
      }
      if isNumber {
        values[count] = value
        valid |= 1 << UInt64(count)
      }
      count &+= 1
    }
  }

  /// The number of a field, counted from 0; nil where there is none, or none that fits.
  subscript(_ field: Int) -> UInt64? {
    guard field >= 0, field < count, valid & (1 << UInt64(field)) != 0 else { return nil }
    return values[field]
  }
}
