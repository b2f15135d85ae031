// Walking over text in bytes: lines, fields and integers, without a String. Parsers of kernel files get a
// `Span<UInt8>` of the whole file and hold ranges of it, because a range can be stored where a span may not.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Cuts a range of bytes into pieces at a separator.
struct Splitter {
  private var rest: Range<Int>
  private let separator: UInt8
  private let joinsRuns: Bool

  /// The lines of all of `bytes`; the last one needs no line feed, an empty one after the last line feed is none.
  static func lines(_ bytes: Span<UInt8>) -> Splitter {
    Splitter(rest: 0..<bytes.count, separator: UInt8(ascii: "\n"), joinsRuns: false)
  }

  /// The fields of `range`, parted by one or more spaces.
  static func fields(_ range: Range<Int>) -> Splitter {
    Splitter(rest: range, separator: UInt8(ascii: " "), joinsRuns: true)
  }

  /// The pieces of `range`, parted by `separator`; empty ones count.
  static func pieces(_ range: Range<Int>, separator: UInt8) -> Splitter {
    Splitter(rest: range, separator: separator, joinsRuns: false)
  }

  /// The next piece, or nil at the end.
  mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
    if joinsRuns {
      while !rest.isEmpty, bytes[rest.lowerBound] == separator { rest = (rest.lowerBound + 1)..<rest.upperBound }
    }
    if rest.isEmpty { return nil }
    let end = bytes.first(separator, in: rest)
    let piece = rest.lowerBound..<end
    rest = min(end + 1, rest.upperBound)..<rest.upperBound
    return piece
  }

  /// What has not been cut yet.
  var remainder: Range<Int> { rest }
}

extension Span where Element == UInt8 {
  /// The place of the first such byte in `range`, or the range's end. Lines and lists are long enough for memchr(3).
  @inline(__always) func first(_ byte: UInt8, in range: Range<Int>) -> Int {
    unsafe extracting(range).withUnsafeBufferPointer { part in
      guard let start = part.baseAddress, let found = unsafe memchr(start, Int32(byte), part.count) else {
        return range.upperBound
      }
      return unsafe range.lowerBound + (UnsafeRawPointer(found) - UnsafeRawPointer(start))
    }
  }

  /// The decimal integer that fills `range` wholly, or nil: no sign, no overflow, at least one digit.
  func unsigned(_ range: Range<Int>) -> UInt64? {
    if range.isEmpty { return nil }
    var value: UInt64 = 0
    for index in range {
      let digit = self[index] &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// Whether the bytes of `range` are the text's.
  func equals(_ range: Range<Int>, _ text: String) -> Bool {
    if range.count != text.utf8.count { return false }
    let isEqual = unsafe extracting(range).withUnsafeBufferPointer { mine in
      unsafe text.utf8.withContiguousStorageIfAvailable { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return unsafe memcmp(left, right, mine.count) == 0
      }
    }
    return isEqual ?? text.utf8.enumerated().allSatisfy { self[range.lowerBound + $0] == $1 }
  }

  /// The decimal number that fills `range` wholly, or nil.
  func double(_ range: Range<Int>) -> Double? { Double(string(range)) }

  /// The hexadecimal integer that fills `range` wholly, or nil: no prefix, no sign, no overflow, at least one digit.
  func hexadecimal(_ range: Range<Int>) -> UInt64? {
    if range.isEmpty { return nil }
    var value: UInt64 = 0
    for index in range {
      guard let digit = self[index].hexDigit, value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// The hexadecimal integer behind `0x` that fills `range` wholly, or nil.
  func prefixedHexadecimal(_ range: Range<Int>) -> UInt64? {
    guard range.count > 2, equals(range.lowerBound..<range.lowerBound + 2, "0x") else { return nil }
    return hexadecimal(range.lowerBound + 2..<range.upperBound)
  }

  /// A copy of the bytes of `range`.
  func array(_ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for index in range { bytes.append(self[index]) }
    return bytes
  }

  /// The bytes of `range` as text; what is not UTF-8 becomes U+FFFD.
  func string(_ range: Range<Int>) -> String { String(decoding: array(range), as: UTF8.self) }

  /// Whether the bytes of `range` are those of `other`.
  func equals(_ range: Range<Int>, _ other: [UInt8]) -> Bool {
    if range.count != other.count { return false }
    return unsafe extracting(range).withUnsafeBufferPointer { mine in
      unsafe other.withUnsafeBufferPointer { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return unsafe memcmp(left, right, other.count) == 0
      }
    }
  }

  /// Whether the bytes of `range` are those of another range of `other`.
  func equals(_ range: Range<Int>, _ other: Span<UInt8>, _ otherRange: Range<Int>) -> Bool {
    if range.count != otherRange.count { return false }
    return unsafe extracting(range).withUnsafeBufferPointer { mine in
      unsafe other.extracting(otherRange).withUnsafeBufferPointer { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return unsafe memcmp(left, right, mine.count) == 0
      }
    }
  }

  /// Whether the bytes of `range` are `text`.
  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    if range.count != text.utf8CodeUnitCount { return false }
    return text.withUTF8Buffer { wanted in
      for offset in 0..<range.count where unsafe wanted[offset] != self[range.lowerBound + offset] { return false }
      return true
    }
  }
}

extension [UInt8] {
  /// Appends the bytes of `range`.
  @inline(__always) mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension UInt8 {
  /// Its value as a hexadecimal digit of ASCII; nil when it is none.
  var hexDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self &- UInt8(ascii: "A") &+ 10
    default: nil
    }
  }
}
