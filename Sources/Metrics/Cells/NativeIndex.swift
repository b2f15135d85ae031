// From a double to its exponential bucket without a logarithm, which would be inexact at the bounds: the exponent is the
// coarse part; for the rest the first nine bits of the mantissa choose one of 512 slices, each of which has at most one of
// the 256 bounds of schema 8 in it. A slice is one word: how many bounds are below it, and the one that it has. Coarser
// schemas take the finest index and halve it. 4 KB for all histograms, one load an observation, no branch but for
// subnormals.
//
// Bounds are the doubles nearest to 2^(i/256). Go's table differs from that by the last bit at some, as sqrt(1/2).
//
// The file is unsafe because it reads the table by address: an array's bounds check would be a branch, and nine bits
// cannot leave 512 words. The table is never freed.
// SPDX-License-Identifier: Apache-2.0

/// The way to a value's bucket.
@safe struct NativeIndex: Sendable {
  static let shared = NativeIndex()

  private static let mantissaBits: UInt64 = 52
  private static let mantissa: UInt64 = (1 << mantissaBits) - 1
  private static let sliceBits: UInt64 = 9

  private nonisolated(unsafe) let slices: UnsafeMutablePointer<UInt64>

  private init() {
    let bounds = NativeBounds.mantissas
    let count = 1 << Int(Self.sliceBits)
    unsafe slices = .allocate(capacity: count)
    var below: UInt64 = 0
    for slice in 0..<count {
      let end = UInt64(slice + 1) << (Self.mantissaBits - Self.sliceBits)
      let place = Int(below)
      let isHere = place < bounds.count && bounds[place] < end
      unsafe (slices + slice).initialize(to: below << Self.mantissaBits | (isHere ? bounds[place] : Self.mantissa))
      if isHere { below += 1 }
    }
  }

  /// The bucket of the magnitude with these bits; `shift` is ``NativeLayout/shift(_:)``.
  @inline(__always) func index(of bits: UInt64, shift: Int) -> Int {
    var exponent = Int(truncatingIfNeeded: bits &>> Self.mantissaBits) &- 1_023
    var mantissa = bits & Self.mantissa
    if exponent == -1_023 { (exponent, mantissa) = Self.normalized(mantissa) }
    let slice = unsafe slices[Int(truncatingIfNeeded: mantissa &>> (Self.mantissaBits &- Self.sliceBits))]
    let below = Int(truncatingIfNeeded: slice &>> Self.mantissaBits) &+ (slice & Self.mantissa < mantissa ? 1 : 0)
    return ((exponent &<< 8) &+ below &+ (1 &<< shift) &- 1) &>> shift
  }

  @inline(never) private static func normalized(_ mantissa: UInt64) -> (exponent: Int, mantissa: UInt64) {
    let zeros = mantissa.leadingZeroBitCount - 11
    return (-1_022 - zeros, (mantissa << UInt64(zeros)) & Self.mantissa)
  }

  /// The inclusive upper bound of a bucket, at most the largest double.
  func upperBound(_ index: Int, schema: Int) -> Double {
    // Below and above these are no doubles; the product must not overflow.
    let fine = min(max(index, -1 << 20), 1 << 20) << NativeLayout.shift(schema)
    let exponent = fine >> 8
    if exponent > 1_023 { return .greatestFiniteMagnitude }
    if exponent < -1_080 { return 0 }
    let significand = Double(bitPattern: 1_023 << Self.mantissaBits | NativeBounds.mantissas[fine & 255])
    return Double(sign: .plus, exponent: exponent, significand: significand)
  }
}
