// Which bucket a value stands in: at the bounds of every schema and beside them, and for random values, against powers
// of two worked out one by one.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import VitalsMetrics

@Suite("Native index")
struct NativeIndexTests {
  /// Counts the bounds below the value.
  static func reference(_ value: Double, _ schema: Int) -> Int {
    let (exponent, significand) = (Int(value.exponent), value.significand)
    if schema < 0 {
      let key = significand == 1 ? exponent : exponent + 1
      return Int((Double(key) / Double(1 << -schema)).rounded(.up))
    }
    let below = (0..<(1 << schema)).count { pow(2, Double($0) / Double(1 << schema)) < significand }
    return (exponent << schema) + below
  }

  static func index(_ value: Double, _ schema: Int) -> Int {
    NativeIndex.shared.index(of: value.bitPattern, shift: NativeLayout.shift(schema))
  }

  @Test("Each bound ends its bucket, and the next double begins the next", arguments: NativeLayout.schemas)
  func bounds(_ schema: Int) {
    var wrong: [Int] = []
    let perPower = schema > 0 ? 1 << schema : 1
    let power = schema < 0 ? 1 << -schema : 1
    let exponents = schema > 4 ? [-1_022, -500, -3, -1, 0, 1, 2, 700, 1_023] : Array(-1_022...1_023)
    for exponent in exponents where exponent % power == 0 {
      for part in 0..<perPower {
        let bound = scalbn(pow(2, Double(part) / Double(perPower)), exponent)
        let index = exponent / power * perPower + part
        let isRight =
          Self.index(bound, schema) == index && Self.index(bound.nextUp, schema) == index + 1
          && Self.index(bound.nextDown, schema) == index
          && NativeIndex.shared.upperBound(index, schema: schema) == bound
        if !isRight && bound > 0x1p-1022 { wrong.append(index) }
      }
    }
    #expect(wrong == [])
  }

  @Test("Powers of two down to the least double, and the greatest double", arguments: NativeLayout.schemas)
  func extremes(_ schema: Int) {
    for exponent in -1_074...1_023 {
      #expect(Self.index(scalbn(1, exponent), schema) == Self.reference(scalbn(1, exponent), schema))
    }
    let greatest = Self.index(.greatestFiniteMagnitude, schema)
    #expect(greatest == (schema < 0 ? 1_024 >> -schema : 1_024 << schema))
    #expect(NativeIndex.shared.upperBound(greatest, schema: schema) == .greatestFiniteMagnitude)
    #expect(NativeIndex.shared.upperBound(.min, schema: schema) == 0)
    #expect(NativeIndex.shared.upperBound(.max, schema: schema) == .greatestFiniteMagnitude)
  }

  @Test("Random doubles of every size, subnormal ones too", arguments: NativeLayout.schemas)
  func random(_ schema: Int) {
    for round in 0..<2_000 {
      let value = Double(bitPattern: UInt64.random(in: 1..<0x7ff0_0000_0000_0000) >> (round % 4 == 0 ? 12 : 0))
      #expect(Self.index(value, schema) == Self.reference(value, schema), "\(value)")
    }
  }

  @Test("A bucket of a finer schema lies in that of a coarser one", arguments: [1, -1] as [Double])
  func nesting(_ sign: Double) {
    for _ in 0..<2_000 {
      let value = sign * Double(bitPattern: UInt64.random(in: 1..<0x7ff0_0000_0000_0000))
      let fine = NativeLayout(schema: 8, zeroThreshold: 0)
      for schema in NativeLayout.schemas {
        let coarse = NativeLayout(schema: schema, zeroThreshold: 0)
        #expect(fine.bucket(of: value).flatMap { coarse.bucket(of: $0, schema: 8) } == coarse.bucket(of: value))
      }
    }
  }

  @Test(
    "A factor gives the coarsest schema that is as fine",
    arguments: [
      (1e300, -4), (65_536, -4), (256, -3), (16, -2), (4, -1), (2, 0), (1.5, 1), (1.2, 2), (1.1, 3), (1.05, 4),
      (1.03, 5), (1.02, 6), (1.01, 7), (1.005, 8), (1.000_1, 8),
    ] as [(Double, Int)])
  func growth(_ factor: Double, _ schema: Int) {
    #expect(NativeBuckets.growth(factor).schema == schema)
    #expect(NativeBuckets.growth(factor).areValid)
  }
}
