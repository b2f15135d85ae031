// How the values of a series become whole numbers, whose differences are small where those of doubles are not: kernels
// count in pages, sectors, bytes, hundredths and thousandths, and only then are those made bytes and seconds. A scale is
// taken when it gives every value back bit for bit; a series whose values have none is kept by their bit patterns.
// SPDX-License-Identifier: Apache-2.0

/// A way to write values as whole numbers, from the coarsest to the finest; a series only ever goes on to a finer one.
enum SampleScale: UInt8, CaseIterable {
  case pages
  case kibibytes
  case sectors
  case ones
  case hundredths
  case thousandths
  /// As they come out when thousandths are multiplied, which rounds otherwise than a division.
  case timesThousandth
  case millionths
  case billionths
  /// The bit pattern, for all that is no number of the others.
  case bits

  /// The coarsest scale, from one on, that takes the value.
  static func fitting(_ value: Double, from first: SampleScale) -> SampleScale {
    for raw in first.rawValue..<bits.rawValue {
      if let scale = SampleScale(rawValue: raw), scale.whole(value) != nil { return scale }
    }
    return .bits
  }

  /// The value as a whole number that gives it back exactly, or nil.
  @inline(__always) func whole(_ value: Double) -> Int64? {
    if self == .bits { return Int64(bitPattern: value.bitPattern) }
    let whole = (value * perOne).rounded()
    guard whole.magnitude < 0x1p53 else { return nil }
    let number = Int64(whole)
    return self.value(number).bitPattern == value.bitPattern ? number : nil
  }

  /// The value of a whole number.
  @inline(__always) func value(_ number: Int64) -> Double {
    switch self {
    case .pages, .kibibytes, .sectors, .ones, .hundredths, .thousandths, .millionths, .billionths:
      Double(number) / perOne
    case .timesThousandth: Double(number) * 0.001
    case .bits: Double(bitPattern: UInt64(bitPattern: number))
    }
  }

  private var perOne: Double {
    switch self {
    case .pages: 1.0 / 4_096
    case .kibibytes: 1.0 / 1_024
    case .sectors: 1.0 / 512
    case .ones, .bits: 1
    case .hundredths: 1e2
    case .thousandths, .timesThousandth: 1e3
    case .millionths: 1e6
    case .billionths: 1e9
    }
  }
}
