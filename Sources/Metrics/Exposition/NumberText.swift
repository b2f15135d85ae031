// Numbers as the formats want them: Go's shortest form (%g), which Prometheus compares labels by. Most values that people
// measure have few decimals: those are found by trying, one multiplication and one exact division a decimal. The rest get
// their shortest digits from Swift, whose layout differs, and are laid out anew.
// SPDX-License-Identifier: Apache-2.0

/// How a whole double looks.
enum NumberStyle {
  /// `1`, as in text 0.0.4.
  case plain
  /// `1.0`, as OpenMetrics writes doubles and every format the label `le`.
  case point
}

extension TextBuffer {
  /// A sample's value.
  mutating func append(_ value: MetricValue, _ style: NumberStyle) {
    switch value {
    case .integer(let number): append(number)
    case .unsigned(let number): append(number)
    case .double(let number): append(number, style)
    }
  }

  /// `-42`, exact.
  mutating func append(_ number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(number.magnitude)
  }

  /// `0.001`, `1e-05`, `100000`, `1e+06`, `NaN`, `+Inf`: an exponent below 10^-4 and from 10^6, as Go does.
  mutating func append(_ value: Double, _ style: NumberStyle) {
    if value.isNaN { return append("NaN") }
    if value.isInfinite { return append(value < 0 ? "-Inf" : "+Inf") }
    if value.sign == .minus { append(UInt8(ascii: "-")) }
    let size = value.magnitude
    if size < 1e6, let whole = UInt64(exactly: size) {
      append(whole)
      if style == .point { append(".0") }
    } else if size < 1e6, size >= 1e-4, let (scaled, decimals) = Self.decimal(size) {
      append(scaled, decimals: decimals)
    } else if size >= 1e6, size < 0x1p53, let (scaled, decimals) = Self.wholeOrDecimal(size) {
      appendScientific(scaled, decimals)
    } else {
      append(ShortestDigits(size), style)
    }
  }

  /// The value as a whole number of 10^-decimals, with as few decimals as say it exactly; nil when that needs many. Below
  /// 10^15 both numbers of the division are exact, so it is rounded as reading the decimal text would be, and no other
  /// text of as many digits is the same number.
  private static func decimal(_ value: Double) -> (scaled: UInt64, decimals: Int)? {
    var power = 1.0
    for decimals in 1...9 {
      power *= 10
      let product = value * power
      if product >= 1e15 { return nil }
      // Rounded by cutting off, which is one instruction; where that is the wrong neighbour, it is not the value.
      let scaled = Int64(product + 0.5)
      if Double(scaled) / power == value { return (UInt64(scaled), decimals) }
    }
    return nil
  }

  private static func wholeOrDecimal(_ value: Double) -> (scaled: UInt64, decimals: Int)? {
    if let whole = UInt64(exactly: value) { return (whole, 0) }
    return decimal(value)
  }

  /// A number from 10^6 on as `1.2345678e+09`. Below 2^53 a whole number has no shorter text than its own digits without
  /// the zeros at the end: one of fewer would be another number.
  private mutating func appendScientific(_ scaled: UInt64, _ decimals: Int) {
    var (digits, count) = (scaled, 1)
    while digits % 10 == 0 { digits /= 10 }
    var rest = digits
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    var exponent = -1 - decimals
    rest = scaled
    while rest > 0 {
      rest /= 10
      exponent += 1
    }
    if count > 1 { append(digits, decimals: count - 1) } else { append(digits) }
    append(exponent < 10 ? "e+0" : "e+")
    append(UInt64(exponent))
  }

  mutating func append(_ scaled: UInt64, decimals: Int) {
    var power: UInt64 = 1
    for _ in 0..<decimals { power &*= 10 }
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: power)
    append(whole)
    append(UInt8(ascii: "."))
    var bound = power / 10
    while bound > 1, rest < bound {
      append(UInt8(ascii: "0"))
      bound /= 10
    }
    append(rest)
  }

  private mutating func append(_ number: ShortestDigits, _ style: NumberStyle) {
    if number.point < -3 || number.point > 6 {
      appendScientific(number)
    } else {
      appendPositional(number, style)
    }
  }

  private mutating func appendScientific(_ number: ShortestDigits) {
    append(number.digits, from: 0, to: 1)
    if number.digits.count > 1 {
      append(UInt8(ascii: "."))
      append(number.digits, from: 1, to: number.digits.count)
    }
    let exponent = number.point - 1
    append(exponent < 0 ? "e-" : "e+")
    if exponent.magnitude < 10 { append(UInt8(ascii: "0")) }
    append(UInt64(exponent.magnitude))
  }

  private mutating func appendPositional(_ number: ShortestDigits, _ style: NumberStyle) {
    let (digits, point) = (number.digits, number.point)
    if point <= 0 {
      append("0.")
      for _ in 0..<(-point) { append(UInt8(ascii: "0")) }
      append(digits)
    } else if digits.count > point {
      append(digits, from: 0, to: point)
      append(UInt8(ascii: "."))
      append(digits, from: point, to: digits.count)
    } else {
      append(digits)
      for _ in digits.count..<point { append(UInt8(ascii: "0")) }
      if style == .point { append(".0") }
    }
  }

  /// A moment in Unix seconds, to the millisecond and without an exponent, which would round it.
  mutating func append(seconds: Double) {
    let milliseconds = (seconds * 1_000).rounded()
    guard milliseconds.isFinite, milliseconds.magnitude < 0x1p53 else { return append(seconds, .point) }
    if milliseconds < 0 { append(UInt8(ascii: "-")) }
    append(UInt64(milliseconds.magnitude), decimals: 3)
  }
}
