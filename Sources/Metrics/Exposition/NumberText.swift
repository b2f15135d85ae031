// Numbers as the formats want them: Go's shortest form (%g), which Prometheus compares labels by. Swift prints the same
// digits, but another layout; so the digits are taken from Swift and laid out anew.
// SPDX-License-Identifier: Apache-2.0

/// Appends numbers to a text.
enum NumberText {
  /// How a whole double looks.
  enum Style {
    /// `1`, as in text 0.0.4.
    case plain
    /// `1.0`, as OpenMetrics writes doubles and every format the label `le`.
    case point
  }

  /// `42`, exact.
  static func append(_ value: some BinaryInteger, to text: inout [UInt8]) {
    text.append(contentsOf: String(value).utf8)
  }

  /// A sample's value.
  static func append(_ value: MetricValue, _ style: Style, to text: inout [UInt8]) {
    switch value {
    case .integer(let number): append(number, to: &text)
    case .unsigned(let number): append(number, to: &text)
    case .double(let number): append(number, style, to: &text)
    }
  }

  /// `0.001`, `1e-05`, `100000`, `1e+06`, `NaN`, `+Inf`: an exponent below 10^-4 and from 10^6, as Go does.
  static func append(_ value: Double, _ style: Style, to text: inout [UInt8]) {
    if value.isNaN { return text.append(contentsOf: "NaN".utf8) }
    if value.isInfinite { return text.append(contentsOf: (value < 0 ? "-Inf" : "+Inf").utf8) }
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    let (digits, point) = decimal(value.magnitude)
    if point < -3 || point > 6 {
      appendScientific(digits, exponent: point - 1, to: &text)
    } else {
      appendPositional(digits, point, style, to: &text)
    }
  }

  /// The shortest digits that give the value back, as 0.DIGITS × 10^point, without zeros at either end; "0" is 0.0 × 10^1.
  private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var isExponentNegative = false
    var isExponent = false
    for byte in value.description.utf8 {
      switch byte {
      case UInt8(ascii: "."): point = digits.count
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): isExponentNegative = true
      case UInt8(ascii: "+"): break
      default:
        if isExponent { exponent = exponent &* 10 &+ Int(byte &- UInt8(ascii: "0")) } else { digits.append(byte) }
      }
    }
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    let place = (point ?? digits.count) - zeros + (isExponentNegative ? -exponent : exponent)
    digits.removeFirst(zeros)
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return digits.isEmpty ? ([UInt8(ascii: "0")], 1) : (digits, place)
  }

  private static func appendScientific(_ digits: [UInt8], exponent: Int, to text: inout [UInt8]) {
    text.append(contentsOf: digits.prefix(1))
    if digits.count > 1 {
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: digits.dropFirst())
    }
    text.append(UInt8(ascii: "e"))
    text.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    if exponent.magnitude < 10 { text.append(UInt8(ascii: "0")) }
    append(exponent.magnitude, to: &text)
  }

  private static func appendPositional(_ digits: [UInt8], _ point: Int, _ style: Style, to text: inout [UInt8]) {
    let zero = UInt8(ascii: "0")
    if point <= 0 {
      text.append(contentsOf: "0.".utf8)
      text.append(contentsOf: repeatElement(zero, count: -point))
      text.append(contentsOf: digits)
    } else if digits.count > point {
      text.append(contentsOf: digits.prefix(point))
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: digits.dropFirst(point))
    } else {
      text.append(contentsOf: digits)
      text.append(contentsOf: repeatElement(zero, count: point - digits.count))
      if style == .point { text.append(contentsOf: ".0".utf8) }
    }
  }
}
