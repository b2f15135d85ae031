// Powers of two with any exponent, and their inverse: the standard library leaves them to the C library.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// exp2(3) and log2(3).
enum Exponential {
  /// 2 to this power.
  static func exp2(_ power: Double) -> Double {
    #if canImport(Glibc)
      Glibc.exp2(power)
    #elseif canImport(Musl)
      Musl.exp2(power)
    #elseif canImport(Darwin)
      Darwin.exp2(power)
    #endif
  }

  /// The power of 2 that gives this value.
  static func log2(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log2(value)
    #elseif canImport(Musl)
      Musl.log2(value)
    #elseif canImport(Darwin)
      Darwin.log2(value)
    #endif
  }
}
